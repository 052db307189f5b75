/** GET of one object. Behaves like upstream apiserver/pkg/endpoints/handlers/get.go. */
import { newBadRequest } from '../../apimachinery/errors.ts';
import type { ApiResponse } from '../../apimachinery/http.ts';
import { negotiated, objectAnswer, storedAnswer } from './answer.ts';
import { bool, text } from './query.ts';
import { keyOfRequest, storeOf, type Scope } from './scope.ts';

export async function get(scope: Scope): Promise<ApiResponse> {
  const answer = negotiated(scope);
  const { query } = scope.request.info;
  const plain = scope.request.rawQuery === '';
  if (!plain && bool(query, 'export')) throw newBadRequest('the export parameter, deprecated since v1.14, is no longer supported');
  const key = keyOfRequest(scope);
  const { backing } = scope.definition;
  if (backing !== 'stored') return objectAnswer(scope, answer, (await required(backing.get, 'get')(key, scope.ctx)) as never, 200);
  const stored = await storeOf(scope).get(key, plain ? {} : { resourceVersion: text(query, 'resourceVersion') }, scope.ctx);
  return storedAnswer(scope, answer, stored, 200);
}

/** A resource that allows the verb must bring it. */
function required<F>(verb: F | undefined, name: string): F {
  if (!verb) throw new Error(`the resource declares the verb ${name} without its function`);
  return verb;
}
