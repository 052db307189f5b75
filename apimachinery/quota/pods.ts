/** What a pod uses of a quota. Behaves like upstream pkg/quota/v1/evaluator/core/pods.go. */
import type { Obj } from '../meta.ts';
import type * as core from '../types/core.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { intersection, type Evaluator, type ScopeSelector } from './evaluator.ts';
import { hasPodLevelResources, podLimits, podRequests } from './pod-resources.ts';
import { addTo, ONE, parseResourceList, type MutableResourceList, type ResourceList } from './resource-list.ts';

type Pod = DeepReadonly<core.Pod>;

const COUNT = 'count/pods';
const COMPUTE = ['cpu', 'memory', 'ephemeral-storage'];
const NAMES = [COUNT, ...COMPUTE, ...COMPUTE.map((n) => `requests.${n}`), ...COMPUTE.map((n) => `limits.${n}`), 'pods'];
/** A quota of these obliges every container to ask for them. */
const OBLIGING = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory'];
const DEVICE_CLASS = 'requests.deviceclass.resource.kubernetes.io/';
const RESIZE_OPTIONS = { useStatus: true, overhead: true };

const podOf = (obj: DeepReadonly<Obj>): Pod => obj as unknown as Pod;

/** No domain, or one of Kubernetes' own. */
export function isNativeResource(name: string): boolean {
  return !name.includes('/') || name.includes('kubernetes.io/');
}

function isExtendedForQuota(name: string): boolean {
  return name.startsWith('requests.') && (!isNativeResource(name) || name.startsWith(DEVICE_CLASS));
}

/** A resource of a pod whose quota is `requests.{name}`. */
function isExtended(name: string): boolean {
  return !isNativeResource(name) && !name.startsWith('requests.') && !name.startsWith('hugepages-');
}

export const podEvaluator: Evaluator = {
  groupResource: { group: '', resource: 'pods' },
  handles({ operation, subresource, object, oldObject }) {
    if (subresource === 'resize') return operation === 'UPDATE';
    if (subresource !== '') return false;
    if (operation !== 'UPDATE') return operation === 'CREATE';
    return object !== undefined && oldObject !== undefined && isTerminating(podOf(object)) !== isTerminating(podOf(oldObject));
  },
  matchingResources: (names) => [...intersection(names, NAMES), ...names.filter((n) => n.startsWith('hugepages-') || n.startsWith('requests.hugepages-') || isExtendedForQuota(n))],
  matchesScope: (selector, obj) => matchesScope(selector, podOf(obj)),
  constraint: (names, obj) => missingCompute(names, podOf(obj)),
  usage: (obj, now) => usage(podOf(obj), now),
};

function isTerminating({ spec }: Pod): boolean {
  return typeof spec.activeDeadlineSeconds === 'number' && spec.activeDeadlineSeconds >= 0;
}

function isBestEffort(pod: Pod): boolean {
  const asked = [pod.spec.resources, ...[...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])].map((c) => c.resources)];
  return !asked.some((r) => [r?.requests, r?.limits].some((list) => [...parseResourceList(list)].some(([name, q]) => (name === 'cpu' || name === 'memory') && q.sign() > 0)));
}

function matchesScope(selector: ScopeSelector, pod: Pod): boolean {
  switch (selector.scopeName) {
    case 'Terminating':
      return isTerminating(pod);
    case 'NotTerminating':
      return !isTerminating(pod);
    case 'BestEffort':
      return isBestEffort(pod);
    case 'NotBestEffort':
      return !isBestEffort(pod);
    case 'PriorityClass':
      return matchesValues(selector, pod.spec.priorityClassName ? [pod.spec.priorityClassName] : []);
    case 'CrossNamespacePodAffinity':
      return usesOtherNamespaces(pod);
    default:
      return false;
  }
}

/** Whether the values of an object satisfy a requirement. */
export function matchesValues({ operator, values }: ScopeSelector, own: readonly string[]): boolean {
  switch (operator) {
    case 'Exists':
      return own.length > 0;
    case 'DoesNotExist':
      return own.length === 0;
    case 'In':
      return own.some((v) => (values ?? []).includes(v));
    case 'NotIn':
      return !own.some((v) => (values ?? []).includes(v));
    default:
      return false;
  }
}

function usesOtherNamespaces({ spec }: Pod): boolean {
  const terms = [spec.affinity?.podAffinity, spec.affinity?.podAntiAffinity].flatMap((a) => [
    ...(a?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(a?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((w) => w.podAffinityTerm),
  ]);
  return terms.some((t) => (t.namespaces ?? []).length > 0 || (t.namespaceSelector !== undefined && t.namespaceSelector !== null));
}

function missingCompute(names: readonly string[], pod: Pod): string | undefined {
  if (hasPodLevelResources(pod)) return undefined;
  const required = intersection(names, OBLIGING);
  const missing = new Map<string, Set<string>>();
  for (const { name, resources } of [...(pod.spec.containers ?? []), ...(pod.spec.initContainers ?? [])]) {
    const given = computeUsage(parseResourceList(resources?.requests), parseResourceList(resources?.limits));
    for (const resource of required) if (!given.has(resource)) missing.set(resource, (missing.get(resource) ?? new Set()).add(name));
  }
  if (missing.size === 0) return undefined;
  return `must specify ${[...missing.keys()].sort().map((r) => `${r} for: ${[...(missing.get(r) ?? [])].sort().join(',')}`).join('; ')}`;
}

function computeUsage(requests: ResourceList, limits: ResourceList): MutableResourceList {
  const result: MutableResourceList = new Map([['pods', ONE]]);
  for (const name of COMPUTE) {
    const request = requests.get(name);
    const limit = limits.get(name);
    if (request) result.set(name, request).set(`requests.${name}`, request);
    if (limit) result.set(`limits.${name}`, limit);
  }
  for (const [name, request] of requests) {
    if (name.startsWith('hugepages-')) result.set(name, request).set(`requests.${name}`, request);
    else if (isExtended(name)) result.set(`requests.${name}`, request);
  }
  return result;
}

/** Pods that ended, and those whose deletion is overdue, are counted but use nothing. */
function isCharged({ metadata, status }: Pod, now: number): boolean {
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata;
  if (deletionTimestamp === undefined || typeof deletionGracePeriodSeconds !== 'number') return true;
  return now <= Date.parse(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function usage(pod: Pod, now: number): ResourceList {
  const result: MutableResourceList = new Map([[COUNT, ONE]]);
  if (isCharged(pod, now)) addTo(result, computeUsage(podRequests(pod, RESIZE_OPTIONS), podLimits(pod, RESIZE_OPTIONS)));
  return result;
}
