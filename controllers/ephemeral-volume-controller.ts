import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { defineController, watch, type ControllerContext } from './framework/definition.ts';
import { controllerRef, isControlledBy } from './framework/owners.ts';
import { messageOf } from './framework/status-errors.ts';
import { isPodTerminal } from './pods/conditions.ts';

async function reconcile(ctx: ControllerContext, key: Key): Promise<void> {
  const pod = ctx.lister(core.Pod).get(key);
  if (!pod || pod.metadata.deletionTimestamp !== undefined || isPodTerminal(pod)) return;
  for (const volume of pod.spec.volumes ?? []) {
    const template = volume.ephemeral?.volumeClaimTemplate;
    if (!template) continue;
    const name = `${pod.metadata.name}-${volume.name}`;
    const claim = ctx.lister(core.PersistentVolumeClaim).get({ namespace: key.namespace, name });
    if (claim && isControlledBy(claim, pod)) continue;
    if (claim) throw new Error(`PVC ${key.namespace}/${name} was not created for pod ${key.namespace}/${key.name} (pod is not owner)`);
    const { labels, annotations } = template.metadata ?? {};
    try {
      await ctx.client.resource(core.PersistentVolumeClaim).create({ metadata: { namespace: key.namespace, name, ...(labels && { labels }), ...(annotations && { annotations }), ownerReferences: [controllerRef(pod, core.Pod)] }, spec: template.spec });
    } catch (error) {
      ctx.recorder.event(pod, 'Warning', 'FailedBinding', `ephemeral volume controller: ${messageOf(error)}`);
      throw error;
    }
  }
}

/** Makes the claims of generic ephemeral volumes. Behaves like upstream pkg/controller/volume/ephemeral. */
export default defineController({
  name: 'ephemeral-volume-controller',
  component: 'ephemeral_volume',
  watches: [
    watch(core.Pod, (pod, _, { gone }) => (!gone && pod.spec.volumes?.some((v) => v.ephemeral) === true ? [keyOf(pod)] : [])),
    watch(core.PersistentVolumeClaim, (claim, _, { gone }) => (gone ? (claim.metadata.ownerReferences ?? []).filter((ref) => ref.kind === 'Pod').map((ref) => ({ namespace: claim.metadata.namespace, name: ref.name })) : [])),
  ],
  reconcile,
});
