/** A pod's quality of service class. Behaves like upstream pkg/apis/core/v1/helper/qos. */
import { parseQuantity } from '../../apimachinery/quantity.ts';
import { containersOf, initContainersOf, type Pod } from '../container/pod.ts';

type Resources = Readonly<Record<string, string>> | undefined;
const COMPUTE = ['cpu', 'memory'];

const positive = (resources: Resources, name: string): boolean => resources?.[name] !== undefined && parseQuantity(resources[name]).sign() > 0;

/** The class that the server chose, or what the spec gives. */
export function podQOS(pod: Pod): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const all = pod.spec.resources ? [pod.spec.resources] : [...initContainersOf(pod), ...containersOf(pod)].map((c) => c.resources ?? {});
  const uses = all.some(({ requests, limits }) => COMPUTE.some((r) => positive(requests, r) || positive(limits, r)));
  if (!uses) return 'BestEffort';
  const guaranteed = all.every(({ requests, limits }) => COMPUTE.every((r) => positive(limits, r) && (requests?.[r] === undefined || parseQuantity(requests[r]).equal(parseQuantity(limits?.[r] ?? '0')))));
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
