import { isNotFound } from '../apimachinery/errors.ts';
import type { Key } from '../apimachinery/meta.ts';
import * as batch from '../apimachinery/types/batch.gen.ts';
import type { DeepReadonly } from '../apimachinery/types/type.ts';
import { defineController, type ControllerContext, type Result } from './framework/definition.ts';

/** Milliseconds until the job may go; undefined: it stays. */
export function expiresIn(job: DeepReadonly<batch.Job>, now: number): number | undefined {
  const ttl = job.spec.ttlSecondsAfterFinished;
  const end = job.status?.conditions?.find((c) => (c.type === 'Complete' || c.type === 'Failed') && c.status === 'True');
  if (ttl === undefined || !end?.lastTransitionTime || job.metadata.deletionTimestamp !== undefined) return undefined;
  return Math.max(0, Date.parse(end.lastTransitionTime) + ttl * 1000 - now);
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<Result | void> {
  const cached = ctx.lister(batch.Job).get(key);
  const wait = cached && expiresIn(cached, ctx.now());
  if (wait === undefined) return;
  if (wait > 0) return { requeueAfter: wait };
  try {
    const fresh = await ctx.client.resource(batch.Job).get(key);
    if (expiresIn(fresh, ctx.now()) !== 0) return { requeueAfter: 1000 };
    await ctx.client.resource(batch.Job).delete(key, { propagationPolicy: 'Foreground', preconditions: { uid: fresh.metadata.uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Deletes finished jobs whose time is over. Behaves like upstream pkg/controller/ttlafterfinished. */
export default defineController({ name: 'ttl-after-finished-controller', for: batch.Job, reconcile });
