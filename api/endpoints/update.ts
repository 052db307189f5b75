/** PUT. Behaves like upstream apiserver/pkg/endpoints/handlers/update.go. */
import { carryEmptied, emptiedCount } from '../../apimachinery/schema/emptied.ts';
import type { ApiResponse } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';
import type { Strategy } from '../../registry/generic/definition.ts';
import { ensureNamespace } from '../../registry/generic/object-meta.ts';
import { dedupOwnerReferences } from '../../registry/generic/owner-references.ts';
import { sharedBase, sharingCopy } from '../../registry/generic/sharing.ts';
import type { Change, UpdateRequest } from '../../registry/generic/store-interface.ts';
import { admissionFor, creationAdmission } from './admission.ts';
import { negotiated, storedAnswer } from './answer.ts';
import { inputMediaType } from './accept.ts';
import { bodyObject } from './body.ts';
import { checkName } from './check-name.ts';
import { inWorkingVersion, writeRequest } from './create.ts';
import { keyOfRequest, storeOf, withDryRun, type Scope } from './scope.ts';
import { writeOptions } from './write-options.ts';

/** `strategy`: of a view subresource. */
export async function update(scoped: Scope, strategy?: Strategy): Promise<ApiResponse> {
  const answer = negotiated(scoped);
  const options = writeOptions(scoped.request, 'UpdateOptions');
  inputMediaType(scoped.request);
  const scope = withDryRun(scoped, options.dryRun);
  const { info } = scope.request;
  const notes = emptiedCount();
  const body = bodyObject(scope, options, scope.version);
  const obj = body instanceof Promise ? await body : body;
  const hasEmptied = emptiedCount() !== notes;
  const namespace = scope.definition.scope === 'Namespaced' ? info.namespace : '';
  ensureNamespace(obj, namespace);
  checkName(obj, info.name, namespace);
  dedupOwnerReferences(obj, scope.ctx.warnings, false);
  const converted = inWorkingVersion(scope, obj);
  const wanted = converted instanceof Promise ? await converted : converted;
  const uid = wanted.metadata.uid ?? '';
  const rules = strategy ?? scope.definition.strategy;
  const request: UpdateRequest = {
    createIfMissing: rules.allowCreateOnUpdate ?? false,
    ...writeRequest(options, info.subresource),
    ...(uid !== '' && { preconditions: { uid } }),
    ...(strategy && { strategy }),
    createAdmission: creationAdmission(scope, { operation: 'CREATE', name: info.name, options: options.asObject('CreateOptions') }),
  };
  const admission = admissionFor(scope, { operation: 'UPDATE', name: info.name, options: options.asObject('UpdateOptions') });
  const { stored, created } = await storeOf(scope).update(keyOfRequest(scope), pristine(scope, wanted, hasEmptied), admission, request, scope.ctx);
  return storedAnswer(scope, answer, stored, created ? 201 : 200);
}

/** A copy of the wanted object for each attempt. `hasEmptied`: decoding noted lists or maps that were given empty. */
function pristine(scope: Scope, wanted: Obj, hasEmptied: boolean): Change {
  return (current) => {
    const base = sharedBase(scope.definition, scope.version.schema, current);
    const copy = base ? sharingCopy(wanted, base) : (deepCopy(wanted) as Obj);
    if (hasEmptied) carryEmptied(wanted, copy);
    return Promise.resolve(copy);
  };
}
