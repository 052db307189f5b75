import { isNotFound } from '../apimachinery/errors.ts';
import type { Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { defineController, type ControllerContext } from './framework/definition.ts';

const FINALIZER = 'kubernetes.io/pv-protection';

async function reconcile(ctx: ControllerContext, key: Key): Promise<void> {
  const volume = ctx.lister(core.PersistentVolume).get(key);
  if (!volume) return;
  const finalizers = volume.metadata.finalizers ?? [];
  const has = finalizers.includes(FINALIZER);
  const isDeleted = volume.metadata.deletionTimestamp !== undefined;
  if (isDeleted ? !has || volume.status?.phase === 'Bound' : has) return;
  const wanted = isDeleted ? finalizers.filter((name) => name !== FINALIZER) : [...finalizers, FINALIZER];
  try {
    await ctx.client.resource(core.PersistentVolume).update({ ...volume, metadata: { ...volume.metadata, finalizers: wanted } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** A volume that is bound is not deleted before it is released. Behaves like upstream pkg/controller/volume/pvprotection. */
export default defineController({ name: 'persistentvolume-protection-controller', for: core.PersistentVolume, reconcile });
