/** The last link of the handler chain: one resource request, from the path to the verb. The chain (api/server) authenticates and authorises before. */
import type { ApiResponse, Handler, MaybePromise } from '../../apimachinery/http.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import { create } from './create.ts';
import { deleteCollection } from './deletecollection.ts';
import { deleteOne } from './delete.ts';
import { errorAnswer, newGenericMethodNotAllowed, notFoundText } from './errors.ts';
import { get } from './get.ts';
import { list } from './list.ts';
import { listOptions } from './list-options.ts';
import { patch } from './patch.ts';
import { resolve } from './resolve.ts';
import { contextOf, type EndpointDeps, type Scope } from './scope.ts';
import { subresource } from './subresources.ts';
import { update } from './update.ts';
import { watch } from './watch.ts';

export type { EndpointDeps } from './scope.ts';

/** Never throws: failures are answers. */
export function newResourceHandler(deps: EndpointDeps): Handler<Authenticated> {
  return (request) => {
    try {
      const answer = answerTo(request, deps);
      return answer instanceof Promise ? answer.catch((error: unknown) => errorAnswer(error, request, deps)) : answer;
    } catch (error) {
      return errorAnswer(error, request, deps);
    }
  };
}

function answerTo(request: Authenticated, deps: EndpointDeps): MaybePromise<ApiResponse> {
  if (!deps.registry.hasGroup(request.info.apiGroup) || request.info.path.startsWith('//')) return notFoundText();
  const target = resolve(deps.registry, request);
  if (!target) return notFoundText();
  const { definition, version, subresource: of, verb } = target;
  const { deprecation } = version;
  if (deprecation !== undefined) request.warnings.add(deprecation);
  return dispatch({ definition, version, subresource: of, request, deps, ctx: contextOf(deps, request, version, false) }, verb);
}

function dispatch(scope: Scope, verb: string): MaybePromise<ApiResponse> {
  if (scope.subresource) return subresource(scope, verb, scope.subresource);
  switch (verb) {
    case 'get':
      return get(scope);
    case 'list':
    case 'watch':
      return collection(scope);
    case 'create':
      return create(scope);
    case 'update':
      return update(scope);
    case 'patch':
      return patch(scope);
    case 'delete':
      return deleteOne(scope);
    case 'deletecollection':
      return deleteCollection(scope);
    default:
      throw newGenericMethodNotAllowed();
  }
}

function collection(scope: Scope): MaybePromise<ApiResponse> {
  const { info } = scope.request;
  const options = listOptions(info.query, info.isWatchPath);
  return options.watch ? watch(scope, options) : list(scope, options);
}

