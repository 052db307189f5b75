/** A pod with what the scheduler derives from it once. Behaves like upstream scheduler/framework.PodInfo. */
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import { newAffinityTerm, type AffinityTerm, type WeightedAffinityTerm } from './affinity-term.ts';
import { nonZeroRequests, podRequests } from './resources.ts';
import type { Pod } from './objects.ts';

export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

export interface PodInfo {
  readonly pod: Pod;
  readonly requests: ReadonlyMap<string, number>;
  /** For scores: millicores and bytes with defaults for containers that ask for nothing. */
  readonly nonZero: { readonly cpu: number; readonly memory: number };
  readonly hostPorts: readonly HostPort[];
  readonly requiredAffinity: readonly AffinityTerm[];
  readonly requiredAntiAffinity: readonly AffinityTerm[];
  readonly preferredAffinity: readonly WeightedAffinityTerm[];
  readonly preferredAntiAffinity: readonly WeightedAffinityTerm[];
  readonly hasPodAffinity: boolean;
}

function hostPortsOf(pod: Pod): HostPort[] {
  const all = [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always')];
  return all.flatMap((c) => (c.ports ?? []).filter((p) => (p.hostPort ?? 0) > 0).map((p) => ({ ip: p.hostIP || '0.0.0.0', protocol: p.protocol || 'TCP', port: p.hostPort ?? 0 })));
}

type Affinity = DeepReadonly<core.PodAffinity> | DeepReadonly<core.PodAntiAffinity> | undefined;
const required = (pod: Pod, affinity: Affinity): AffinityTerm[] => (affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((t) => newAffinityTerm(pod, t));
const preferred = (pod: Pod, affinity: Affinity): WeightedAffinityTerm[] =>
  (affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map(({ podAffinityTerm, weight }) => ({ term: newAffinityTerm(pod, podAffinityTerm), weight }));

export function newPodInfo(pod: Pod): PodInfo {
  const requests = podRequests(pod);
  const affinity = pod.spec.affinity;
  return {
    pod,
    requests,
    nonZero: nonZeroRequests(pod, requests),
    hostPorts: hostPortsOf(pod),
    requiredAffinity: required(pod, affinity?.podAffinity),
    requiredAntiAffinity: required(pod, affinity?.podAntiAffinity),
    preferredAffinity: preferred(pod, affinity?.podAffinity),
    preferredAntiAffinity: preferred(pod, affinity?.podAntiAffinity),
    hasPodAffinity: affinity?.podAffinity !== undefined || affinity?.podAntiAffinity !== undefined,
  };
}

/** The priority that the admission plug-in Priority has resolved. */
export const priorityOf = (pod: Pod): number => pod.spec.priority ?? 0;
