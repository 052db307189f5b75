/** How new a read must be. Behaves like upstream apiserver/pkg/storage/cacher/cacher.go. */
import { StatusError } from '../../apimachinery/errors.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { CacherSet, Cancellable } from '../../storage/cacher/interface.ts';
import { invalidUint, parseRevision } from './object-meta.ts';

/** '' and undefined: the newest state; "0": any; a number: at least that new. Until the cache may be read: no wait when it may. */
export function freshEnough({ set }: { readonly set: CacherSet }, resourceVersion: string | undefined, until: Cancellable): MaybePromise<unknown> {
  return resourceVersion === undefined || resourceVersion === '' ? set.fresh(until) : notOlderThan(set, revisionFrom(resourceVersion), until);
}

/** Throws an error without a reason (500), as a GET and a watch do. */
export function revisionFrom(text: string): number {
  const revision = parseRevision(text);
  if (revision === undefined) throw new StatusError(500, '', `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${invalidUint(text)}`);
  return revision;
}

/** Waits for a revision that may be on its way; one beyond the newest is refused with a Timeout that says so. */
export function notOlderThan(set: CacherSet, revision: number, until: Cancellable): MaybePromise<void> {
  return revision <= set.revision ? undefined : reached(set, revision, until);
}

async function reached(set: CacherSet, revision: number, until: Cancellable): Promise<void> {
  const newest = await set.fresh(until);
  if (revision > newest) throw newTooLargeResourceVersion(revision, newest);
}

export function newTooLargeResourceVersion(asked: number, current: number): StatusError {
  const details = { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 };
  return new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, details);
}
