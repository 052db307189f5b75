/** Lets through what the authoriser allows. Behaves like upstream apiserver/pkg/endpoints/filters/authorization.go. */
import { newInternalError } from '../../../apimachinery/errors.ts';
import type { Handler } from '../../../apimachinery/http.ts';
import type { RequestInfo, UserInfo } from '../../../registry/generic/context.ts';
import { forbiddenError } from '../../authorization/forbidden.ts';
import type { AuthorizationAttributes, Authorizer } from '../../authorization/interface.ts';
import type { ChainRequest } from '../chain-request.ts';

const WITH_SELECTORS = new Set(['list', 'watch', 'deletecollection']);

export function withAuthorization(next: Handler<ChainRequest>, authorizer: Authorizer): Handler<ChainRequest> {
  return async (request) => {
    const attributes = attributesOf(request.user, request.info);
    const verdict = await authorizer.authorize(attributes);
    request.annotations['authorization.k8s.io/decision'] = verdict.decision === 'allow' ? 'allow' : 'forbid';
    request.annotations['authorization.k8s.io/reason'] = verdict.reason;
    if (verdict.decision === 'allow') return next(request);
    if (verdict.error) throw newInternalError(verdict.error.message, verdict.error);
    request.extraHeaders['X-Content-Type-Options'] = 'nosniff';
    throw forbiddenError(attributes, verdict.reason);
  };
}

export function attributesOf(user: UserInfo, info: RequestInfo): AuthorizationAttributes {
  const selectors = WITH_SELECTORS.has(info.verb) && !info.isWatchPath;
  const field = selectors ? info.query.get('fieldSelector') : null;
  const label = selectors ? info.query.get('labelSelector') : null;
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
    ...(field !== null && { fieldSelector: field }),
    ...(label !== null && { labelSelector: label }),
  };
}
