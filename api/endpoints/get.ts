/** GET of one object. Behaves like upstream apiserver/pkg/endpoints/handlers/get.go. */
import { newBadRequest } from '../../apimachinery/errors.ts';
import type { ApiResponse, MaybePromise } from '../../apimachinery/http.ts';
import { whenThere } from '../../apimachinery/maybe-promise.ts';
import { negotiated, objectAnswer, storedAnswer } from './answer.ts';
import { bool, text } from './query.ts';
import { keyOfRequest, storeOf, type Scope } from './scope.ts';

const NEWEST = {};

export function get(scope: Scope): MaybePromise<ApiResponse> {
  const answer = negotiated(scope);
  const { query } = scope.request.info;
  const plain = scope.request.rawQuery === '';
  if (!plain && bool(query, 'export')) throw newBadRequest('the export parameter, deprecated since v1.14, is no longer supported');
  const key = keyOfRequest(scope);
  const { backing } = scope.definition;
  if (backing !== 'stored') return whenThere(required(backing.get, 'get')(key, scope.ctx), (object) => objectAnswer(scope, answer, object as never, 200));
  const stored = storeOf(scope).get(key, plain ? NEWEST : { resourceVersion: text(query, 'resourceVersion') }, scope.ctx);
  return whenThere(stored, (it) => storedAnswer(scope, answer, it, 200));
}

/** A resource that allows the verb must bring it. */
function required<F>(verb: F | undefined, name: string): F {
  if (!verb) throw new Error(`the resource declares the verb ${name} without its function`);
  return verb;
}
