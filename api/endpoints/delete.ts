/** DELETE of one object. Behaves like upstream apiserver/pkg/endpoints/handlers/delete.go. */
import type { ApiResponse } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { groupResourceOf } from '../../registry/generic/resource-key.ts';
import { admissionFor } from './admission.ts';
import { negotiated, objectAnswer, storedAnswer, successStatus } from './answer.ts';
import { deleteOptions } from './delete-options.ts';
import { keyOfRequest, storeOf, withDryRun, type Scope } from './scope.ts';

export async function deleteOne(scoped: Scope): Promise<ApiResponse> {
  const answer = negotiated(scoped);
  const { request, options } = await deleteOptions(scoped.request);
  const scope = withDryRun(scoped, request.dryRun);
  const admission = admissionFor(scope, { operation: 'DELETE', name: scope.request.info.name, options });
  const result = await storeOf(scope).delete(keyOfRequest(scope), admission, request, scope.ctx);
  const status = !result.deletedImmediately && request.orphanDependents === false ? 202 : 200;
  if (result.returnsObject) return storedAnswer(scope, answer, result.stored, status);
  return objectAnswer(scope, answer, named(scope, result.stored.object), status);
}

function named(scope: Scope, object: DeepReadonly<Obj>): DeepReadonly<Obj> {
  const { group, resource } = groupResourceOf(scope.definition, scope.ctx);
  return successStatus({ name: object.metadata.name, group, kind: resource, uid: object.metadata.uid }) as DeepReadonly<Obj>;
}
