/** PATCH: JSON patch, merge patch, strategic merge patch and apply. Behaves like upstream apiserver/pkg/endpoints/handlers/patch.go. */
import { StatusError, newConflict, newNotFound, newUnsupportedMediaType } from '../../apimachinery/errors.ts';
import type { ApiResponse } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Strategy } from '../../registry/generic/definition.ts';
import { ensureNamespace } from '../../registry/generic/object-meta.ts';
import { fromHeldVersion } from '../../registry/generic/conversion.ts';
import { groupResourceOf, workingVersionOf } from '../../registry/generic/resource-key.ts';
import type { Change, UpdateRequest, WriteResult } from '../../registry/generic/store-interface.ts';
import { admissionFor, creationAdmission } from './admission.ts';
import { negotiated, storedAnswer } from './answer.ts';
import { applyMechanism } from './apply.ts';
import { readBody } from './body.ts';
import type { TypedShape } from './typed-shape.ts';
import { checkName } from './check-name.ts';
import { inWorkingVersion, writeRequest } from './create.ts';
import type { Mechanism } from './mechanism.ts';
import { jsonMechanism, mergeMechanism, strategicMechanism } from './patch-mechanisms.ts';
import { keyOfRequest, storeOf, withDryRun, type Scope } from './scope.ts';
import { writeOptions, type WriteOptions } from './write-options.ts';

export const PATCH_TYPES = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'] as const;
export type PatchType = (typeof PATCH_TYPES)[number];

/** `strategy`: of a view subresource. */
export async function patch(scoped: Scope, strategy?: Strategy): Promise<ApiResponse> {
  const type = patchType(scoped);
  const answer = negotiated(scoped);
  const bytes = await readBody(scoped.request);
  const options = writeOptions(scoped.request, 'PatchOptions', type === 'application/apply-patch+yaml');
  const scope = withDryRun(scoped, options.dryRun);
  const mechanism = mechanismOf(scope, scope.version, type, bytes, options, strategy);
  const { stored, created } = await write(scope, mechanism, options, strategy);
  return storedAnswer(scope, answer, stored, created ? 201 : 200);
}

/** Custom resources have no strategic merge. Throws UnsupportedMediaType. */
export function patchType(scope: Scope): PatchType {
  const header = scope.request.headers['content-type'] ?? '';
  const semicolon = header.indexOf(';');
  const bare = semicolon > 0 ? header.slice(0, semicolon) : header;
  const offered = scope.definition.validates === 'requested' ? PATCH_TYPES.filter((t) => t !== 'application/strategic-merge-patch+json') : PATCH_TYPES;
  const type = offered.find((t) => t === bare);
  if (!type && scope.definition.validates === 'storage') throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  if (!type) throw newUnsupportedMediaType(`the body of the request was in an unknown format - accepted media types include: ${offered.join(', ')}`);
  return type;
}

export function mechanismOf(scope: Scope, shape: TypedShape, type: PatchType, bytes: Uint8Array, options: WriteOptions, strategy?: Strategy): Mechanism {
  switch (type) {
    case 'application/json-patch+json':
      return jsonMechanism(scope, shape, bytes, options);
    case 'application/merge-patch+json':
      return mergeMechanism(scope, shape, bytes, options);
    case 'application/strategic-merge-patch+json':
      return strategicMechanism(scope, shape, bytes, options);
    case 'application/apply-patch+yaml':
      return applyMechanism(scope, shape, bytes, options, strategy);
  }
}

function write(scope: Scope, mechanism: Mechanism, options: WriteOptions, strategy: Strategy | undefined): Promise<WriteResult> {
  const { info } = scope.request;
  const request: UpdateRequest = {
    createIfMissing: mechanism.isApply === true && strategy === undefined,
    ...writeRequest(options, info.subresource),
    createAdmission: creationAdmission(scope, { operation: 'CREATE', name: info.name, options: options.asObject('CreateOptions') }),
    ...(strategy && { strategy }),
    ...(mechanism.isApply && { managedFieldsDone: true, operation: 'Apply' as const }),
  };
  const admission = admissionFor(scope, { operation: 'UPDATE', name: info.name, options: options.asObject('UpdateOptions') });
  return storeOf(scope).update(keyOfRequest(scope), change(scope, mechanism), admission, request, scope.ctx);
}

function change(scope: Scope, mechanism: Mechanism): Change {
  const { name, namespace } = keyOfRequest(scope);
  const { info } = scope.request;
  return async (current) => {
    const gr = groupResourceOf(scope.definition, scope.ctx);
    if (!current && (!mechanism.isApply || info.subresource !== '')) throw newNotFound(gr, name);
    const wanted = await mechanism.apply(current && (await inRequestedVersion(scope, current)));
    const uid = wanted.metadata.uid ?? '';
    if (!current && uid !== '') throw newConflict(gr, name, `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
    ensureNamespace(wanted, namespace);
    checkName(wanted, name, namespace);
    return inWorkingVersion(scope, wanted);
  };
}

/** Patches speak of the version that was asked for. */
async function inRequestedVersion(scope: Scope, current: DeepReadonly<Obj>): Promise<DeepReadonly<Obj>> {
  const working = workingVersionOf(scope.definition, scope.version.gvk);
  return working === scope.version ? current : ((await fromHeldVersion(scope.definition, current, scope.version, scope.request.signal)) as DeepReadonly<Obj>);
}
