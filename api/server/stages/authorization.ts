/** Lets through what the authoriser allows. Behaves like upstream apiserver/pkg/endpoints/filters/authorization.go. */
import { newInternalError } from '../../../apimachinery/errors.ts';
import type { Handler } from '../../../apimachinery/http.ts';
import { whenThere } from '../../../apimachinery/maybe-promise.ts';
import type { RequestInfo, UserInfo } from '../../../registry/generic/context.ts';
import { forbiddenError } from '../../authorization/forbidden.ts';
import type { AuthorizationAttributes, Authorizer, Verdict } from '../../authorization/interface.ts';
import type { ChainRequest } from '../chain-request.ts';

const WITH_SELECTORS = new Set(['list', 'watch', 'deletecollection']);

export function withAuthorization(next: Handler<ChainRequest>, authorizer: Authorizer): Handler<ChainRequest> {
  return (request) => {
    const attributes = attributesOf(request.user, request.info);
    return whenThere(authorizer.authorize(attributes), (verdict) => {
      request.verdict = verdict;
      return verdict.decision === 'allow' ? next(request) : refuse(request, attributes, verdict);
    });
  };
}

function refuse(request: ChainRequest, attributes: AuthorizationAttributes, { error, reason }: Verdict): never {
  if (error) throw newInternalError(error.message, error);
  request.extraHeaders['X-Content-Type-Options'] = 'nosniff';
  throw forbiddenError(attributes, reason);
}

export function attributesOf(user: UserInfo, info: RequestInfo): AuthorizationAttributes {
  const selectors = WITH_SELECTORS.has(info.verb) && !info.isWatchPath;
  return {
    user,
    verb: info.verb,
    isResourceRequest: info.isResourceRequest,
    namespace: info.namespace,
    apiGroup: info.apiGroup,
    apiVersion: info.apiVersion,
    resource: info.resource,
    subresource: info.subresource,
    name: info.name,
    path: info.path,
    fieldSelector: selectors ? (info.query.get('fieldSelector') ?? undefined) : undefined,
    labelSelector: selectors ? (info.query.get('labelSelector') ?? undefined) : undefined,
  };
}
