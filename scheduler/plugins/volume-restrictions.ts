/** Disks that one node may mount once, and claims that one pod may use. Behaves like upstream plugins/volumerestrictions. */
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import { SKIP, stateKey, unresolvable, unschedulable, type Cycle, type Plugin, type Pod } from '../framework/interface.ts';
import type { NodeInfo } from '../framework/node-info.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import { claimOf, notFound } from '../framework/volumes.ts';

export const DISK_CONFLICT = 'node(s) had no available disk';
export const SINGLE_POD_CONFLICT = 'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod';

type PodVolume = DeepReadonly<core.Volume>;
interface Exclusive {
  readonly claims: ReadonlySet<string>;
  /** How often pods on nodes use them. */
  readonly uses: number;
}
const EXCLUSIVE = stateKey<Exclusive>('VolumeRestrictions');

const claimNames = (pod: Pod): string[] => (pod.spec.volumes ?? []).flatMap((v) => v.persistentVolumeClaim?.claimName ?? []);
const needsCheck = (v: PodVolume): boolean => [v.gcePersistentDisk, v.awsElasticBlockStore, v.iscsi, v.rbd].some((s) => s !== undefined);

/** Readers share; a writer does not. */
const bothRead = (a: { readonly readOnly?: boolean }, b: { readonly readOnly?: boolean }): boolean => a.readOnly === true && b.readOnly === true;

export function disksConflict(a: PodVolume, b: PodVolume): boolean {
  if (a.gcePersistentDisk && b.gcePersistentDisk && a.gcePersistentDisk.pdName === b.gcePersistentDisk.pdName) return !bothRead(a.gcePersistentDisk, b.gcePersistentDisk);
  if (a.awsElasticBlockStore && b.awsElasticBlockStore) return a.awsElasticBlockStore.volumeID === b.awsElasticBlockStore.volumeID;
  if (a.iscsi && b.iscsi && a.iscsi.iqn === b.iscsi.iqn) return !bothRead(a.iscsi, b.iscsi);
  if (!a.rbd || !b.rbd) return false;
  const isSame = a.rbd.pool === b.rbd.pool && a.rbd.image === b.rbd.image && (a.rbd.monitors ?? []).some((m) => b.rbd?.monitors?.includes(m));
  return isSame && !bothRead(a.rbd, b.rbd);
}

function usesOf({ pod }: PodInfo, namespace: string | undefined, claims: ReadonlySet<string>): number {
  return pod.metadata.namespace === namespace ? claimNames(pod).filter((c) => claims.has(c)).length : 0;
}

function changed({ pod, state }: Cycle, other: PodInfo, by: 1 | -1): void {
  const old = state.read(EXCLUSIVE);
  if (old) state.write(EXCLUSIVE, { ...old, uses: old.uses + by * usesOf(other, pod.metadata.namespace, old.claims) });
}

export default {
  name: 'VolumeRestrictions',
  needs: [core.PersistentVolumeClaim],
  events: [
    { resource: 'AssignedPod', actions: ['Delete'] },
    { resource: 'Node', actions: ['Add'] },
    { resource: 'PersistentVolumeClaim', actions: ['Add'] },
  ],
  preFilter({ pod, handle, snapshot, state }: Cycle) {
    const claims = new Set<string>();
    for (const name of claimNames(pod)) {
      const claim = claimOf(handle, pod, name);
      if (!claim) return { status: unresolvable(notFound(name)) };
      if (claim.spec.accessModes?.includes('ReadWriteOncePod')) claims.add(name);
    }
    const count = (n: NodeInfo): number => n.pods.reduce((sum, p) => sum + usesOf(p, pod.metadata.namespace, claims), 0);
    const uses = claims.size === 0 ? 0 : snapshot.nodes.reduce((sum, n) => sum + count(n), 0);
    if (uses === 0 && !(pod.spec.volumes ?? []).some(needsCheck)) return { status: SKIP };
    state.write(EXCLUSIVE, { claims, uses });
    return undefined;
  },
  filter({ pod, state }: Cycle, node: NodeInfo) {
    const disks = (pod.spec.volumes ?? []).filter(needsCheck);
    if (disks.some((d) => node.pods.some((p) => (p.pod.spec.volumes ?? []).some((v) => disksConflict(d, v))))) return unschedulable(DISK_CONFLICT);
    return (state.read(EXCLUSIVE)?.uses ?? 0) > 0 ? unschedulable(SINGLE_POD_CONFLICT) : undefined;
  },
  addPod(cycle: Cycle, pod: PodInfo) {
    changed(cycle, pod, 1);
  },
  removePod(cycle: Cycle, pod: PodInfo) {
    changed(cycle, pod, -1);
  },
} satisfies Plugin;
