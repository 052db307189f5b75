/** Delete. Behaves like upstream apiserver/pkg/registry/generic/registry/store.go (Delete, updateForGracefulDeletionAndFinalizers). */
import { newNotFound } from '../../apimachinery/errors.ts';
import type { Key, Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { CachedRecord } from '../../storage/cacher/interface.ts';
import { beforeDelete, deletionFinalizers, markAsDeleting, type Grace } from './before-delete.ts';
import type { RequestContext } from './context.ts';
import { deepCopy } from './deep-copy.ts';
import type { Admission, Strategy } from './definition.ts';
import { checkKeptPreconditions, checkPreconditions } from './preconditions.ts';
import { groupResourceOf } from './resource-key.ts';
import { encoded, isLost, keyIn, storedObject, storedRecord, workingObject, workingVersion, write, type StoreParts } from './resource-store.ts';
import { toStorageVersion } from './conversion.ts';
import type { DeleteRequest, DeleteResult, Stored } from './store-interface.ts';

interface Deletion {
  readonly parts: StoreParts;
  readonly key: Key;
  readonly storageKey: string;
  readonly admission: Admission;
  readonly request: DeleteRequest;
  readonly strategy: Strategy;
  readonly ctx: RequestContext;
}

/** What a deletion does to the object at hand. */
type Plan =
  | { readonly kind: 'pending'; readonly obj: Obj }
  | { readonly kind: 'remove' }
  /** The object stays, marked; `thenRemove`: with a grace of 0 it goes at once. */
  | { readonly kind: 'mark'; readonly obj: Obj; readonly thenRemove: boolean };

/** A deletion that lost a race starts again with what the winner left. */
export async function remove(parts: StoreParts, key: Key, admission: Admission, request: DeleteRequest, ctx: RequestContext): Promise<DeleteResult> {
  for (const text of parts.definition.strategy.warningsOnDelete?.(request, ctx) ?? []) ctx.warnings.add(text);
  const op: Deletion = { parts, key, storageKey: keyIn(parts, key), admission, request, strategy: parts.definition.strategy, ctx };
  for (let record = await readExisting(op, undefined); ; ) {
    const result = await tryDelete(op, record);
    if ('deletedImmediately' in result) return result;
    record = await readExisting(op, result.lost);
  }
}

async function readExisting(op: Deletion, known: CachedRecord | undefined): Promise<CachedRecord> {
  const record = known ?? (await op.parts.cacher.read(op.storageKey));
  if (!record) throw newNotFound(groupResourceOf(op.parts.definition, op.ctx), op.key.name);
  return record;
}

type Lost = { readonly lost: CachedRecord | undefined };

async function tryDelete(op: Deletion, record: CachedRecord): Promise<DeleteResult | Lost> {
  const existing = await workingObject(op.parts, record, op.ctx);
  const gr = groupResourceOf(op.parts.definition, op.ctx);
  const plan = planDeletion(op, existing);
  if (plan.kind === 'pending') return answer(op, await asStored(op, plan.obj, record.revision), false);
  checkPreconditions(op.storageKey, existing, op.request.preconditions, gr, op.key.name);
  await op.admission.mutate(undefined, existing);
  await op.admission.validate(undefined, existing);
  if (plan.kind === 'remove') return removeNow(op, record);
  return mark(op, plan, record);
}

function planDeletion(op: Deletion, existing: DeepReadonly<Obj>): Plan {
  const { strategy, request, ctx, parts } = op;
  const obj = deepCopy(existing) as Obj;
  if (strategy.keepOnDelete?.(obj, ctx)) return keptPlan(op, obj, existing);
  const grace = request.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: request.gracePeriodSeconds };
  const how: Grace = beforeDelete(strategy, obj, request, grace, ctx, parts.definition.storageVersion.group);
  if (how === 'pending') return { kind: 'pending', obj };
  const wanted = deletionFinalizers(strategy, obj.metadata.finalizers ?? [], request, ctx);
  if (wanted) setFinalizers(obj, wanted);
  const held = (obj.metadata.finalizers ?? []).length > 0;
  if (how === 'graceful') return { kind: 'mark', obj, thenRemove: !held && (obj.metadata.deletionGracePeriodSeconds ?? 0) === 0 };
  if (!held) return { kind: 'remove' };
  markAsDeleting(obj, ctx.clock);
  return { kind: 'mark', obj, thenRemove: false };
}

/** The first deletion marks the object, preconditions and all; a later one changes nothing. */
function keptPlan({ strategy, request, ctx, parts }: Deletion, obj: Obj, existing: DeepReadonly<Obj>): Plan {
  checkKeptPreconditions(existing, request.preconditions, groupResourceOf(parts.definition, ctx));
  const wanted = existing.metadata.deletionTimestamp === undefined ? deletionFinalizers(strategy, obj.metadata.finalizers ?? [], request, ctx) : undefined;
  if (wanted) setFinalizers(obj, wanted);
  return { kind: 'mark', obj, thenRemove: false };
}

function setFinalizers(obj: Obj, finalizers: string[]): void {
  if (finalizers.length === 0) delete obj.metadata.finalizers;
  else obj.metadata.finalizers = finalizers;
}

async function mark(op: Deletion, plan: Plan & { kind: 'mark' }, record: CachedRecord): Promise<DeleteResult | Lost> {
  const { object, projection } = await encoded(op.parts, plan.obj, record, op.ctx);
  if (op.request.dryRun) return { stored: storedObject(object, record.revision), deletedImmediately: plan.thenRemove, returnsObject: true };
  const unchanged = !record.stale && record.hasSameContent(projection.bytes);
  const written = unchanged ? record : await write(op.parts, op.storageKey, projection, record.revision, op.strategy.ttl?.(object));
  if (isLost(written)) return { lost: written.current };
  if (!plan.thenRemove) return { stored: storedRecord(written), deletedImmediately: false, returnsObject: true };
  return removeMarked(op, written);
}

/** Another component may have been faster in removing what was marked: that is no error. */
async function removeMarked(op: Deletion, record: CachedRecord): Promise<DeleteResult | Lost> {
  const result = await op.parts.cacher.delete(op.storageKey, record.revision);
  if (!result.committed && result.current) return { lost: result.current };
  return removed(op, record, result.committed ? result.revision : record.revision);
}

async function removeNow(op: Deletion, record: CachedRecord): Promise<DeleteResult | Lost> {
  if (op.request.dryRun) return answer(op, storedRecord(record), true);
  const result = await op.parts.cacher.delete(op.storageKey, record.revision);
  if (!result.committed) return { lost: result.current };
  return removed(op, record, result.revision);
}

/** The answer carries the content before, with the revision of the deletion. */
async function removed(op: Deletion, record: CachedRecord, revision: number): Promise<DeleteResult> {
  const stored = storedRecord(record.at(revision));
  await op.strategy.afterDelete?.(deepCopy(stored.object) as Obj, op.ctx);
  return answer(op, stored, true);
}

function answer(op: Deletion, stored: Stored, deletedImmediately: boolean): DeleteResult {
  return { stored, deletedImmediately, returnsObject: op.strategy.returnDeletedObject ?? false };
}

async function asStored(op: Deletion, obj: Obj, revision: number): Promise<Stored> {
  return storedObject(await toStorageVersion(op.parts.definition, obj, workingVersion(op.parts, op.ctx), op.ctx.signal), revision);
}

