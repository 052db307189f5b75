/** Lets through what the authoriser allows. Behaves like upstream apiserver/pkg/endpoints/filters/authorization.go. */
import { newInternalError } from '../../../apimachinery/errors.ts';
import type { ApiResponse, Handler, MaybePromise } from '../../../apimachinery/http.ts';
import type { UserInfo } from '../../../apimachinery/authorizer.ts';
import type { RequestInfo } from '../../../registry/generic/context.ts';
import { forbiddenError } from '../../authorization/forbidden.ts';
import type { AuthorizationAttributes, Authorizer, Verdict } from '../../authorization/interface.ts';
import { NO_SNIFFING, type ChainRequest } from '../chain-request.ts';

export function withAuthorization(next: Handler<ChainRequest>, authorizer: Authorizer): Handler<ChainRequest> {
  const judged = (request: ChainRequest, attributes: AuthorizationAttributes, verdict: Verdict): MaybePromise<ApiResponse> => {
    request.verdict = verdict;
    return verdict.decision === 'allow' ? next(request) : refuse(request, attributes, verdict);
  };
  return (request) => {
    const attributes = attributesOf(request.user, request.info);
    const verdict = authorizer.authorize(attributes);
    return verdict instanceof Promise ? later(verdict, request, attributes, judged) : judged(request, attributes, verdict);
  };
}

type Judged = (request: ChainRequest, attributes: AuthorizationAttributes, verdict: Verdict) => MaybePromise<ApiResponse>;

function later(verdict: Promise<Verdict>, request: ChainRequest, attributes: AuthorizationAttributes, judged: Judged): Promise<ApiResponse> {
  return verdict.then((found) => judged(request, attributes, found));
}

function refuse(request: ChainRequest, attributes: AuthorizationAttributes, { error, reason }: Verdict): never {
  if (error) throw newInternalError(error.message, error);
  request.extraHeaders = NO_SNIFFING;
  throw forbiddenError(attributes, reason);
}

export function attributesOf(user: UserInfo, info: RequestInfo): AuthorizationAttributes {
  const selectors = (info.verb === 'list' || info.verb === 'watch' || info.verb === 'deletecollection') && !info.isWatchPath;
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
