/** How a deletion starts: at once, gracefully, or held by finalizers. Behaves like upstream apiserver/pkg/registry/rest/delete.go and the deletion half of registry/generic/registry/store.go. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { ObjectMeta } from '../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339, type Clock } from '../../component-base/clock.ts';
import type { RequestContext } from './context.ts';
import type { Strategy } from './definition.ts';
import { checkDeletePreconditions } from './preconditions.ts';
import type { DeleteRequest } from './store-interface.ts';

/** 'graceful': the object was changed and must be written. 'pending': a deletion is under way and nothing changes. 'now': no grace. */
export type Grace = 'graceful' | 'pending' | 'now';

/** Changes `obj` and may set `grace.gracePeriodSeconds` to what holds. Throws Conflict when a precondition fails. */
export function beforeDelete(strategy: Strategy, obj: Obj, request: DeleteRequest, grace: { gracePeriodSeconds?: number }, ctx: RequestContext, group: string): Grace {
  checkDeletePreconditions(obj as DeepReadonly<Obj>, request.preconditions, group);
  const meta = obj.metadata;
  if (grace.gracePeriodSeconds !== undefined && grace.gracePeriodSeconds < 0) grace.gracePeriodSeconds = 1;
  if (meta.deletionGracePeriodSeconds !== undefined && meta.deletionGracePeriodSeconds < 0) meta.deletionGracePeriodSeconds = 1;
  if (!strategy.checkGracefulDelete) return 'now';
  if (meta.deletionTimestamp !== undefined) return shorten(meta, meta.deletionTimestamp, grace, ctx.clock);
  if (!strategy.checkGracefulDelete(obj, grace, ctx)) return 'now';
  const seconds = grace.gracePeriodSeconds ?? 0;
  meta.deletionTimestamp = rfc3339(ctx.clock.now() + seconds * 1000);
  meta.deletionGracePeriodSeconds = seconds;
  raiseGeneration(meta);
  return 'graceful';
}

/** A second deletion may only shorten the grace of the first. */
function shorten(meta: ObjectMeta, deletionTimestamp: string, grace: { gracePeriodSeconds?: number }, clock: Clock): Grace {
  const held = meta.deletionGracePeriodSeconds ?? 0;
  if (held === 0) return 'now';
  if (grace.gracePeriodSeconds === undefined) {
    grace.gracePeriodSeconds = held;
    return 'pending';
  }
  if (grace.gracePeriodSeconds >= held) return 'pending';
  const started = Date.parse(deletionTimestamp) - held * 1000;
  const ends = started + grace.gracePeriodSeconds * 1000;
  const late = ends < clock.now();
  meta.deletionTimestamp = rfc3339(late ? clock.now() : ends);
  meta.deletionGracePeriodSeconds = late && grace.gracePeriodSeconds !== 0 ? 1 : grace.gracePeriodSeconds;
  return 'graceful';
}

/** The spec's readers must notice that the object is on its way out. */
function raiseGeneration(meta: ObjectMeta): void {
  if (Number(meta.generation ?? 0) > 0) meta.generation = Number(meta.generation) + 1;
}

/** Held by finalizers: the deletion is marked and waits for their owners. */
export function markAsDeleting(obj: Obj, clock: Clock): void {
  const meta = obj.metadata;
  if (meta.deletionTimestamp === undefined) raiseGeneration(meta);
  if (meta.deletionTimestamp === undefined || Date.parse(meta.deletionTimestamp) > clock.now()) meta.deletionTimestamp = rfc3339(clock.now());
  meta.deletionGracePeriodSeconds = 0;
}

const ORPHAN = 'orphan';
const FOREGROUND = 'foregroundDeletion';

/** The finalizers with which the garbage collector is told what to do with dependents; undefined: they stay as they are. */
export function deletionFinalizers(strategy: Strategy, finalizers: readonly string[], request: DeleteRequest, ctx: RequestContext): string[] | undefined {
  const policy = strategy.defaultGarbageCollectionPolicy?.(ctx);
  const wanted = finalizers.filter((f) => f !== ORPHAN && f !== FOREGROUND);
  if (policy !== 'Unsupported') {
    if (shouldOrphan(policy, finalizers, request)) wanted.push(ORPHAN);
    if (shouldDeleteInForeground(finalizers, request)) wanted.push(FOREGROUND);
  }
  const same = wanted.length === new Set(finalizers).size && wanted.every((f) => finalizers.includes(f));
  return same ? undefined : wanted;
}

/** The request counts most, then the object's own finalizers, then the resource's default. */
function shouldOrphan(policy: string | undefined, finalizers: readonly string[], request: DeleteRequest): boolean {
  if (request.orphanDependents !== undefined) return request.orphanDependents;
  if (request.propagationPolicy !== undefined) return request.propagationPolicy === 'Orphan';
  const own = finalizers.find((f) => f === ORPHAN || f === FOREGROUND);
  return own === undefined ? policy === 'Orphan' : own === ORPHAN;
}

function shouldDeleteInForeground(finalizers: readonly string[], request: DeleteRequest): boolean {
  if (request.orphanDependents !== undefined) return false;
  if (request.propagationPolicy !== undefined) return request.propagationPolicy === 'Foreground';
  return finalizers.find((f) => f === ORPHAN || f === FOREGROUND) === FOREGROUND;
}

/** After an update: an object whose deletion waited for finalizers goes when the last one is gone. */
export function shouldDeleteDuringUpdate(obj: DeepReadonly<Obj>, old: DeepReadonly<Obj>): boolean {
  if ((obj.metadata.finalizers ?? []).length > 0 || old.metadata.deletionTimestamp === undefined) return false;
  return (old.metadata.deletionGracePeriodSeconds ?? 0) === 0;
}
