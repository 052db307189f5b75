/**
 * The guaranteed update: every check runs inside it, on the object that is replaced, and again when another writer was faster.
 * Behaves like upstream apiserver/pkg/registry/generic/registry/store.go (Update) and storage/etcd3/store.go (GuaranteedUpdate).
 */
import { MODIFIED, isAlreadyExists, newConflict, newInvalid, newNotFound } from '../../apimachinery/errors.ts';
import type { Key, Obj } from '../../apimachinery/meta.ts';
import type { ManagedFieldsEntry } from '../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { Path, invalid } from '../../apimachinery/validation/field.ts';
import type { CachedRecord } from '../../storage/cacher/interface.ts';
import { shouldDeleteDuringUpdate } from './before-delete.ts';
import { beforeUpdate } from './before-write.ts';
import type { RequestContext } from './context.ts';
import { createOnce } from './create.ts';
import { jsonEqual } from '../../apimachinery/equality.ts';
import type { Admission, Strategy } from './definition.ts';
import { resourceVersionOf } from './object-meta.ts';
import { dedupOwnerReferences } from './owner-references.ts';
import { checkPreconditions } from './preconditions.ts';
import { groupResourceOf } from './resource-key.ts';
import { encoded, isLost, keyIn, requestNamespace, storedObject, storedRecord, workingObject, write, type StoreParts } from './resource-store.ts';
import type { Change, Stored, UpdateRequest, WriteResult } from './store-interface.ts';

interface Update {
  readonly parts: StoreParts;
  readonly key: Key;
  readonly storageKey: string;
  readonly change: Change;
  readonly admission: Admission;
  readonly request: UpdateRequest;
  readonly strategy: Strategy;
  readonly ctx: RequestContext;
}

/** How one attempt ended: with a result, or having lost to a writer who left `current`. */
type Attempt = { readonly result: WriteResult } | { readonly current: CachedRecord | undefined };

export async function update(parts: StoreParts, key: Key, change: Change, admission: Admission, request: UpdateRequest, ctx: RequestContext): Promise<WriteResult> {
  const strategy = rulesOf(parts.definition.strategy, request.strategy);
  const op: Update = { parts, key, storageKey: keyIn(parts, key), change, admission, request, strategy, ctx };
  let current = parts.cacher.get(op.storageKey);
  let fresh = false;
  for (;;) {
    let attempt: Attempt;
    try {
      attempt = await tryUpdate(op, current, fresh);
    } catch (error) {
      if (fresh) throw error;
      const newest = await parts.cacher.read(op.storageKey);
      if (newest?.revision === current?.revision) throw error;
      current = newest;
      fresh = true;
      continue;
    }
    if ('result' in attempt) return attempt.result;
    current = attempt.current;
    fresh = true;
  }
}

/** A view says what it changes; names, unconditional updates and the canonical form are the resource's. */
function rulesOf(main: Strategy, view: Strategy | undefined): Strategy {
  if (!view) return main;
  const rules: Strategy = Object.create(view) as Strategy;
  const inherited = { validateName: main.validateName, canonicalize: main.canonicalize, allowUnconditionalUpdate: main.allowUnconditionalUpdate };
  for (const [name, value] of Object.entries(inherited)) if (value !== undefined && !(name in view)) Object.defineProperty(rules, name, { value });
  return rules;
}

async function tryUpdate(op: Update, record: CachedRecord | undefined, fresh: boolean): Promise<Attempt> {
  const { parts, key, request, ctx } = op;
  const gr = groupResourceOf(parts.definition, ctx);
  const found = record && workingObject(parts, record, ctx);
  const existing = found instanceof Promise ? await found : found;
  if (!existing && !request.createIfMissing) throw newNotFound(gr, key.name);
  checkPreconditions(op.storageKey, existing, request.preconditions, gr, key.name);
  const changed = op.change(existing);
  const wanted = changed instanceof Promise ? await changed : changed;
  const tracked = request.managedFieldsDone ? undefined : parts.managed.update({ definition: parts.definition, strategy: op.strategy, request, ctx }, existing, wanted);
  if (tracked instanceof Promise) await tracked;
  const admission = existing ? op.admission : (request.createAdmission ?? op.admission);
  const mutated = admission.mutate(wanted, existing);
  const obj = (mutated instanceof Promise ? await mutated : mutated) ?? wanted;
  dedupOwnerReferences(obj, ctx.warnings, true);
  if (!record || !existing) return createInstead(op, obj, admission);
  checkResourceVersion(op, obj, record);
  return op.strategy.begin ? begunReplace(op, obj, record, existing, fresh) : checkedReplace(op, obj, record, existing, fresh);
}

async function createInstead({ parts, strategy, request, storageKey, ctx }: Update, obj: Obj, admission: Admission): Promise<Attempt> {
  try {
    return { result: { stored: await createOnce({ parts, strategy, admission, request, ctx, isUpdate: true }, obj), created: true } };
  } catch (error) {
    const current = isAlreadyExists(error) ? await parts.cacher.read(storageKey) : undefined;
    if (current) return { current };
    throw error;
  }
}

/** An object without resourceVersion gets the current one where the resource allows it. */
function checkResourceVersion(op: Update, obj: Obj, record: CachedRecord): void {
  const asked = resourceVersionOf(obj);
  if (asked === 0 && (op.strategy.allowUnconditionalUpdate ?? true)) {
    obj.metadata.resourceVersion = String(record.revision);
    return;
  }
  const gr = groupResourceOf(op.parts.definition, op.ctx);
  if (asked === 0) throw newInvalid(gr.group, gr.resource, op.key.name, [invalid(Path.of('metadata', 'resourceVersion'), 0, 'must be specified for an update')]);
  if (asked !== record.revision) throw newConflict(gr, op.key.name, MODIFIED);
}

/** What the strategy begins is ended with the attempt, well or not. */
async function begunReplace(op: Update, obj: Obj, record: CachedRecord, existing: DeepReadonly<Obj>, fresh: boolean): Promise<Attempt> {
  const begun = await op.strategy.begin?.('update', obj, existing as Obj, op.ctx);
  try {
    const attempt = await checkedReplace(op, obj, record, existing, fresh);
    if ('result' in attempt) await begun?.commit();
    else await begun?.revert();
    return attempt;
  } catch (error) {
    await begun?.revert();
    throw error;
  }
}

async function checkedReplace(op: Update, obj: Obj, record: CachedRecord, existing: DeepReadonly<Obj>, fresh: boolean): Promise<Attempt> {
  const { parts, strategy, request, ctx } = op;
  beforeUpdate({ definition: parts.definition, strategy, namespace: requestNamespace(parts, ctx) }, obj, existing, ctx);
  ignoreManagedFieldsTimes(obj, existing);
  const checked = op.admission.validate(obj as DeepReadonly<Obj>, existing);
  if (checked instanceof Promise) await checked;
  if (shouldDeleteDuringUpdate(obj as DeepReadonly<Obj>, existing) && (strategy.shouldDeleteDuringUpdate?.(obj, existing as Obj) ?? true)) return removeInstead(op, obj, record);
  const ttl = strategy.ttl?.(obj);
  const encoding = encoded(parts, obj, record, ctx);
  const { object, projection } = encoding instanceof Promise ? await encoding : encoding;
  if (request.dryRun) return { result: { stored: storedObject(object, record.revision), created: false } };
  if (!record.stale && record.hasSameContent(projection.bytes)) return unchanged(op, record, fresh);
  const result = await write(parts, op.storageKey, projection, record.revision, ttl);
  if (!isLost(result)) return { result: { stored: storedRecord(result), created: false } };
  return { current: result.current };
}

/** Nothing is written, provided that nobody else has. */
async function unchanged(op: Update, record: CachedRecord, fresh: boolean): Promise<Attempt> {
  if (!fresh) {
    const newest = await op.parts.cacher.read(op.storageKey);
    if (newest?.revision !== record.revision) return { current: newest };
  }
  return { result: { stored: storedRecord(record), created: false } };
}

/** The last finalizer is gone, and with it the object. The answer is the object as it was sent. */
async function removeInstead(op: Update, obj: Obj, record: CachedRecord): Promise<Attempt> {
  const { parts, ctx, request } = op;
  const { object } = await encoded(parts, obj, record, ctx);
  if (!request.dryRun) {
    const result = await parts.cacher.delete(op.storageKey, record.revision);
    if (!result.committed && result.current) return { current: result.current };
    await parts.definition.strategy.afterDelete?.(object, ctx);
  }
  const stored: Stored = storedObject(object, record.revision);
  return { result: { stored, created: false } };
}

/** Times in managed fields that alone would make a difference are taken back. */
function ignoreManagedFieldsTimes(obj: Obj, old: DeepReadonly<Obj>): void {
  const before = old.metadata.managedFields;
  const after = obj.metadata.managedFields;
  if (!before || !after || before.length !== after.length || after.length === 0) return;
  if (!after.every((entry, i) => isSameButTime(entry, before[i]))) return;
  const { managedFields: _, ...rest } = obj.metadata;
  const { managedFields: __, ...oldRest } = old.metadata;
  if (jsonEqual(rest, oldRest) && jsonEqual({ ...obj, metadata: undefined }, { ...old, metadata: undefined })) obj.metadata.managedFields = before as typeof after;
}

const ENTRY = ['manager', 'operation', 'apiVersion', 'subresource', 'fieldsType', 'fieldsV1'] as const;

function isSameButTime(a: DeepReadonly<ManagedFieldsEntry>, b: DeepReadonly<ManagedFieldsEntry> | undefined): boolean {
  return a === b || (b !== undefined && ENTRY.every((member) => jsonEqual(a[member], b[member])));
}
