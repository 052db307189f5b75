/** Calls in growing batches. Behaves like upstream pkg/controller/replicaset slowStartBatch. */

export interface Batched {
  readonly successes: number;
  /** The first failure. */
  readonly error?: unknown;
}

/**
 * Calls `fn` `count` times (with 0, 1, …), 1, 2, 4, … at once; after a batch with a failure no other starts.
 * Many calls that must all fail for one reason (a quota) thus cost few.
 */
export async function slowStartBatch(count: number, fn: (i: number) => Promise<void>, initial = 1): Promise<Batched> {
  let successes = 0;
  let begun = 0;
  for (let size = Math.min(count, initial); size > 0; size = Math.min(2 * size, count - begun)) {
    const first = begun;
    const results = await Promise.allSettled(Array.from({ length: size }, (_, i) => fn(first + i)));
    begun += size;
    successes += results.filter((r) => r.status === 'fulfilled').length;
    const failed = results.find((r) => r.status === 'rejected');
    if (failed) return { successes, error: failed.reason };
  }
  return { successes };
}
