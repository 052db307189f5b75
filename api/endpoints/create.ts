/** POST to a collection. Behaves like upstream apiserver/pkg/endpoints/handlers/create.go. */
import type { ApiResponse, MaybePromise } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { toStorageVersion } from '../../registry/generic/conversion.ts';
import { trackedFields } from '../../registry/generic/managed-fields.ts';
import { ensureNamespace, wipeSystemFields } from '../../registry/generic/object-meta.ts';
import { dedupOwnerReferences } from '../../registry/generic/owner-references.ts';
import { workingVersionOf } from '../../registry/generic/resource-key.ts';
import { admissionFor } from './admission.ts';
import { negotiated, objectAnswer, storedAnswer } from './answer.ts';
import { bodyObject } from './body.ts';
import { inputMediaType } from './accept.ts';
import { storeOf, withDryRun, type Scope } from './scope.ts';
import { writeOptions, type WriteOptions } from './write-options.ts';

export async function create(scoped: Scope): Promise<ApiResponse> {
  const answer = negotiated(scoped);
  inputMediaType(scoped.request);
  const options = writeOptions(scoped.request, 'CreateOptions');
  const scope = withDryRun(scoped, options.dryRun);
  const body = bodyObject(scope, options, scope.version);
  const obj = body instanceof Promise ? await body : body;
  const namespaced = scope.definition.scope === 'Namespaced';
  wipeSystemFields(obj);
  if (namespaced || scope.definition.storedAs === 'namespaces') ensureNamespace(obj, namespaced ? scope.request.info.namespace : '');
  else ensureNamespace(obj, '');
  dedupOwnerReferences(obj, scope.ctx.warnings, false);
  const converted = inWorkingVersion(scope, obj);
  const working = converted instanceof Promise ? await converted : converted;
  const { backing } = scope.definition;
  if (backing !== 'stored') return virtualCreate(scope, working, options, answer);
  const { stored } = await storeOf(scope).create(working, admissionOf(scope, working, options), writeRequest(options, ''), scope.ctx);
  return storedAnswer(scope, answer, stored, 201);
}

/** As admission and validation see it. */
export function inWorkingVersion(scope: Scope, obj: Obj): MaybePromise<Obj> {
  const working = workingVersionOf(scope.definition, scope.version.gvk);
  return working === scope.version ? obj : toStorageVersion(scope.definition, obj, scope.version, scope.request.signal);
}

export function writeRequest(options: WriteOptions, subresource: string): { dryRun: boolean; fieldManager: string; operation: 'Update'; subresource: string } {
  return { dryRun: options.dryRun, fieldManager: options.manager, operation: 'Update', subresource };
}

function admissionOf(scope: Scope, obj: Obj, options: WriteOptions): ReturnType<typeof admissionFor> {
  return admissionFor(scope, { operation: 'CREATE', name: obj.metadata.name ?? '', options: options.asObject('CreateOptions') });
}

/** Reviews and bindings: nothing is stored. */
async function virtualCreate(scope: Scope, obj: Obj, options: WriteOptions, answer: Parameters<typeof objectAnswer>[1]): Promise<ApiResponse> {
  const { backing, strategy } = scope.definition;
  await trackedFields.update({ definition: scope.definition, strategy, request: writeRequest(options, ''), ctx: scope.ctx }, undefined, obj);
  const admission = admissionOf(scope, obj, options);
  const admitted = (await admission.mutate(obj)) ?? obj;
  strategy.prepareForCreate?.(admitted, scope.ctx);
  await admission.validate(admitted as never);
  if (backing === 'stored' || !backing.create) throw new Error(`${scope.definition.storedAs} declares the verb create without its function`);
  return objectAnswer(scope, answer, (await backing.create(admitted, scope.ctx)) as never, 201);
}
