import { isNotFound } from '../apimachinery/errors.ts';
import { keyText, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { defineController, index, watch, type ControllerContext } from './framework/definition.ts';
import { isPodTerminal, type Pod } from './pods/conditions.ts';

const FINALIZER = 'kubernetes.io/pvc-protection';
const BY_CLAIM = 'podsByClaim';

/** Names of the claims that a pod uses, those made for its ephemeral volumes included. */
export function claimsUsedBy(pod: Pod): readonly string[] {
  return (pod.spec.volumes ?? []).flatMap((v) => (v.persistentVolumeClaim ? [v.persistentVolumeClaim.claimName] : v.ephemeral ? [`${pod.metadata.name}-${v.name}`] : []));
}

function isUsed(ctx: ControllerContext, key: Key): boolean {
  return ctx.lister(core.Pod).byIndex(BY_CLAIM, keyText(key)).some((pod) => (pod.spec.nodeName ?? '') !== '' && !isPodTerminal(pod));
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<void> {
  const claim = ctx.lister(core.PersistentVolumeClaim).get(key);
  if (!claim) return;
  const finalizers = claim.metadata.finalizers ?? [];
  const has = finalizers.includes(FINALIZER);
  const isDeleted = claim.metadata.deletionTimestamp !== undefined;
  if (isDeleted ? !has || isUsed(ctx, key) : has) return;
  const wanted = isDeleted ? finalizers.filter((name) => name !== FINALIZER) : [...finalizers, FINALIZER];
  try {
    await ctx.client.resource(core.PersistentVolumeClaim).update({ ...claim, metadata: { ...claim.metadata, finalizers: wanted } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** A claim that a pod uses is not deleted before the pod ended. Behaves like upstream pkg/controller/volume/pvcprotection. */
export default defineController({
  name: 'persistentvolumeclaim-protection-controller',
  for: core.PersistentVolumeClaim,
  watches: [watch(core.Pod, (pod, _, { gone }) => (gone || isPodTerminal(pod) ? claimsUsedBy(pod).map((name) => ({ namespace: pod.metadata.namespace, name })) : []))],
  indexes: [index(core.Pod, BY_CLAIM, (pod) => claimsUsedBy(pod).map((name) => keyText({ namespace: pod.metadata.namespace, name })))],
  reconcile,
});

