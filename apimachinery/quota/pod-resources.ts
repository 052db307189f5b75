/** What a pod asks for and may use in all. Behaves like upstream component-helpers/resource/helpers.go. */
import type * as core from '../types/core.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { addTo, parseResourceList, raiseTo, type MutableResourceList, type ResourceList } from './resource-list.ts';

type Pod = DeepReadonly<core.Pod>;
type Container = DeepReadonly<core.Container>;

export interface PodResourcesOptions {
  /** What the kubelet reports of a resize under way counts, too. */
  readonly useStatus: boolean;
  readonly overhead: boolean;
}

/** Whether a resource may stand at the level of the pod. */
export function isPodLevelResource(name: string): boolean {
  return name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');
}

export function hasPodLevelResources({ spec }: Pod): boolean {
  return [...Object.keys(spec.resources?.requests ?? {}), ...Object.keys(spec.resources?.limits ?? {})].some(isPodLevelResource);
}

/** Init containers run one after another before the rest, restartable ones beside it. */
function aggregate(pod: Pod, of: (container: Container) => ResourceList): MutableResourceList {
  const total: MutableResourceList = new Map();
  for (const container of pod.spec.containers ?? []) addTo(total, of(container));
  const sidecars: MutableResourceList = new Map();
  const highest: MutableResourceList = new Map();
  for (const container of pod.spec.initContainers ?? []) {
    const own = of(container);
    if (container.restartPolicy === 'Always') {
      addTo(total, own);
      addTo(sidecars, own);
      raiseTo(highest, sidecars);
    } else {
      const together = new Map(own);
      addTo(together, sidecars);
      raiseTo(highest, together);
    }
  }
  raiseTo(total, highest);
  return total;
}

function podLevel(total: MutableResourceList, list: Readonly<Record<string, string>> | null | undefined): void {
  for (const [name, quantity] of parseResourceList(list)) if (isPodLevelResource(name)) total.set(name, quantity);
}

function isResizeInfeasible({ status }: Pod): boolean {
  return (status?.conditions ?? []).some((c) => c.type === 'PodResizePending' && c.reason === 'Infeasible');
}

export function podRequests(pod: Pod, options: PodResourcesOptions): MutableResourceList {
  const statuses = options.useStatus ? statusesByName(pod) : new Map<string, Status>();
  const infeasible = options.useStatus && isResizeInfeasible(pod);
  const total = aggregate(pod, (container) => {
    const own = parseResourceList(container.resources?.requests);
    const status = statuses.get(container.name);
    return status ? effective(own, status.resources?.requests, status.allocatedResources, infeasible) : own;
  });
  podLevel(total, pod.spec.resources?.requests);
  if (options.overhead) addTo(total, parseResourceList(pod.spec.overhead));
  return total;
}

type Status = DeepReadonly<core.ContainerStatus>;

function statusesByName({ status }: Pod): ReadonlyMap<string, Status> {
  return new Map([...(status?.containerStatuses ?? []), ...(status?.initContainerStatuses ?? [])].map((s) => [s.name, s]));
}

function effective(spec: MutableResourceList, actual: Readonly<Record<string, string>> | null | undefined, allocated: Readonly<Record<string, string>> | null | undefined, infeasible: boolean): MutableResourceList {
  const result = infeasible ? new Map(parseResourceList(allocated)) : new Map(spec);
  raiseTo(result, parseResourceList(actual));
  if (!infeasible) raiseTo(result, parseResourceList(allocated));
  return result;
}

export function podLimits(pod: Pod, options: PodResourcesOptions): MutableResourceList {
  const statuses = options.useStatus ? statusesByName(pod) : new Map<string, Status>();
  const total = aggregate(pod, (container) => {
    const own = parseResourceList(container.resources?.limits);
    raiseTo(own, parseResourceList(statuses.get(container.name)?.resources?.limits));
    return own;
  });
  podLevel(total, pod.spec.resources?.limits);
  if (options.overhead) addOverhead(total, parseResourceList(pod.spec.overhead));
  return total;
}

/** Only what is limited at all grows by the overhead. */
function addOverhead(limits: MutableResourceList, overhead: ResourceList): void {
  for (const [name, quantity] of overhead) {
    const limit = limits.get(name);
    if (limit && !limit.isZero()) limits.set(name, limit.add(quantity));
  }
}
