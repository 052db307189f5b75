/** How new a read must be. Behaves like upstream apiserver/pkg/storage/cacher/cacher.go. */
import { StatusError } from '../../apimachinery/errors.ts';
import type { CacherSet } from '../../storage/cacher/interface.ts';
import { invalidUint, parseRevision } from './object-meta.ts';

/** '' and undefined: the newest state; "0": any; a number: at least that new. Resolves once the cache may be read. */
export async function freshEnough(parts: { readonly set: CacherSet }, resourceVersion: string | undefined, signal: AbortSignal): Promise<void> {
  if (resourceVersion === undefined || resourceVersion === '') await parts.set.fresh(signal);
  else await notOlderThan(parts.set, revisionFrom(resourceVersion), signal);
}

/** Throws an error without a reason (500), as a GET and a watch do. */
export function revisionFrom(text: string): number {
  const revision = parseRevision(text);
  if (revision === undefined) throw new StatusError(500, '', `resourceVersion: Invalid value: ${JSON.stringify(text)}: ${invalidUint(text)}`);
  return revision;
}

/** Waits for a revision that may be on its way; one beyond the newest is refused with a Timeout that says so. */
export async function notOlderThan(set: CacherSet, revision: number, signal: AbortSignal): Promise<void> {
  if (revision <= set.revision) return;
  const newest = await set.fresh(signal);
  if (revision > newest) throw newTooLargeResourceVersion(revision, newest);
}

export function newTooLargeResourceVersion(asked: number, current: number): StatusError {
  const details = { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 };
  return new StatusError(504, 'Timeout', `Timeout: Too large resource version: ${asked}, current: ${current}`, details);
}
