/** Volumes whose labels name a zone or region keep their pods there. Behaves like upstream plugins/volumezone. */
import * as core from '../../apimachinery/types/core.gen.ts';
import * as storage from '../../apimachinery/types/storage.gen.ts';
import { SKIP, stateKey, unresolvable, type Cycle, type Handle, type Plugin } from '../framework/interface.ts';
import type { NodeInfo } from '../framework/node-info.ts';
import { claimOf, classOf, notFound, type Claim } from '../framework/volumes.ts';

export const REASON = 'node(s) had no available volume zone';

/** The old label to the one that replaced it. */
const STABLE: Readonly<Record<string, string>> = {
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
};
const LABELS = [...Object.keys(STABLE), ...Object.values(STABLE)];

interface Topology {
  readonly key: string;
  readonly values: ReadonlySet<string>;
}
const TOPOLOGIES = stateKey<readonly Topology[]>('VolumeZone');

/** Why an unbound claim cannot tell where its volume will be; nothing when it waits for a node. */
function unboundProblem({ informers }: Handle, claim: Claim): string | undefined {
  const name = classOf(claim);
  if (name === '') return 'PersistentVolumeClaim had no pv name and storageClass name';
  const storageClass = informers.informer(storage.StorageClass).lister.get({ namespace: '', name });
  if (!storageClass) return `storageclass.storage.k8s.io "${name}" not found`;
  return storageClass.volumeBindingMode === 'WaitForFirstConsumer' ? undefined : 'PersistentVolume had no name';
}

function topologiesOf({ pod, handle }: Cycle): readonly Topology[] | string {
  const found: Topology[] = [];
  for (const name of (pod.spec.volumes ?? []).flatMap((v) => v.persistentVolumeClaim?.claimName ?? [])) {
    const claim = claimOf(handle, pod, name);
    if (!claim) return notFound(name);
    const volumeName = claim.spec.volumeName ?? '';
    if (volumeName === '') {
      const problem = unboundProblem(handle, claim);
      if (problem !== undefined) return problem;
      continue;
    }
    const volume = handle.informers.informer(core.PersistentVolume).lister.get({ namespace: '', name: volumeName });
    if (!volume) return `persistentvolume "${volumeName}" not found`;
    for (const key of LABELS) {
      const value = volume.metadata.labels?.[key];
      if (value !== undefined) found.push({ key, values: new Set(value.split('__')) });
    }
  }
  return found;
}

export default {
  name: 'VolumeZone',
  needs: [core.PersistentVolumeClaim, core.PersistentVolume, storage.StorageClass],
  events: [
    { resource: 'StorageClass', actions: ['Add'] },
    { resource: 'Node', actions: ['Add', 'Update'] },
    { resource: 'PersistentVolumeClaim', actions: ['Add', 'Update'] },
    { resource: 'PersistentVolume', actions: ['Add', 'Update'] },
  ],
  preFilter(cycle: Cycle) {
    const topologies = topologiesOf(cycle);
    if (typeof topologies === 'string') return { status: unresolvable(topologies) };
    if (topologies.length === 0) return { status: SKIP };
    cycle.state.write(TOPOLOGIES, topologies);
    return undefined;
  },
  filter({ state }: Cycle, { node }: NodeInfo) {
    const labels = node.metadata.labels ?? {};
    if (!LABELS.some((l) => labels[l] !== undefined)) return undefined;
    const fits = ({ key, values }: Topology): boolean => values.has(labels[key] ?? labels[STABLE[key] ?? ''] ?? '');
    return (state.read(TOPOLOGIES) ?? []).every(fits) ? undefined : unresolvable(REASON);
  },
} satisfies Plugin;
