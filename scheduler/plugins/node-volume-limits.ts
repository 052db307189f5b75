/** A node takes as many volumes of a CSI driver as the driver says there. Behaves like upstream plugins/nodevolumelimits. */
import * as core from '../../apimachinery/types/core.gen.ts';
import * as storage from '../../apimachinery/types/storage.gen.ts';
import { SKIP, unresolvable, unschedulable, type Cycle, type Handle, type Plugin, type Pod } from '../framework/interface.ts';
import type { NodeInfo } from '../framework/node-info.ts';
import { claimOf, claimUses, classOf, notFound, type Claim } from '../framework/volumes.ts';

export const REASON = 'node(s) exceed max volume count';

/** The volume that the claim has, or will have, and its driver. */
function volumeOf({ informers }: Handle, claim: Claim): { driver: string; handle: string } | undefined {
  const volume = informers.informer(core.PersistentVolume).lister.get({ namespace: '', name: claim.spec.volumeName ?? '' });
  if (volume) return volume.spec.csi ? { driver: volume.spec.csi.driver, handle: volume.spec.csi.volumeHandle } : undefined;
  const storageClass = informers.informer(storage.StorageClass).lister.get({ namespace: '', name: classOf(claim) });
  return storageClass && { driver: storageClass.provisioner, handle: `${claim.metadata.namespace}/${claim.metadata.name}` };
}

/** Unique volume to driver. */
function attached(handle: Handle, pods: readonly Pod[]): Map<string, string> {
  const volumes = new Map<string, string>();
  for (const pod of pods) {
    for (const { name } of claimUses(pod)) {
      const claim = claimOf(handle, pod, name);
      const volume = claim && volumeOf(handle, claim);
      if (volume) volumes.set(`${volume.driver}/${volume.handle}`, volume.driver);
    }
  }
  return volumes;
}

function limitsOf({ informers }: Handle, node: string): Map<string, number> {
  const drivers = informers.informer(storage.CSINode).lister.get({ namespace: '', name: node })?.spec.drivers ?? [];
  return new Map(drivers.flatMap((d) => (d.allocatable?.count == null ? [] : [[d.name, d.allocatable.count] as const])));
}

export default {
  name: 'NodeVolumeLimits',
  needs: [core.PersistentVolumeClaim, core.PersistentVolume, storage.StorageClass, storage.CSINode],
  events: [
    { resource: 'CSINode', actions: ['Add', 'Update'] },
    { resource: 'AssignedPod', actions: ['Delete'] },
    { resource: 'PersistentVolumeClaim', actions: ['Add'] },
  ],
  preFilter({ pod }: Cycle) {
    return claimUses(pod).length === 0 ? { status: SKIP } : undefined;
  },
  filter({ pod, handle }: Cycle, node: NodeInfo) {
    const missing = claimUses(pod).find(({ name }) => !claimOf(handle, pod, name));
    if (missing) return unresolvable(notFound(missing.name));
    const limits = limitsOf(handle, node.name);
    if (limits.size === 0) return undefined;
    const there = attached(handle, node.pods.map((p) => p.pod));
    const added = attached(handle, [pod]);
    const counts = new Map<string, number>();
    for (const driver of new Map([...there, ...added]).values()) counts.set(driver, (counts.get(driver) ?? 0) + 1);
    const isTooMany = ([id, driver]: readonly [string, string]): boolean => !there.has(id) && (counts.get(driver) ?? 0) > (limits.get(driver) ?? Number.POSITIVE_INFINITY);
    return [...added].some(isTooMany) ? unschedulable(REASON) : undefined;
  },
} satisfies Plugin;
