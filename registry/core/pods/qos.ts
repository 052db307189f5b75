/** The quality of service class of a pod. Behaves like upstream pkg/apis/core/helper/qos. */
import { parseQuantity, type Quantity } from '../../../apimachinery/quantity.ts';
import type { PodSpec, ResourceRequirements } from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';

export type QOSClass = 'Guaranteed' | 'Burstable' | 'BestEffort';
type Sums = Map<string, Quantity>;

const COMPUTE = ['cpu', 'memory'];

/** Adds what is above zero of cpu and memory; returns which were found. */
function addPositive(sums: Sums, list: Readonly<Record<string, string>> | undefined): Set<string> {
  const found = new Set<string>();
  for (const name of COMPUTE) {
    const text = list?.[name];
    if (text === undefined) continue;
    const quantity = parseQuantity(text);
    if (quantity.sign() <= 0) continue;
    found.add(name);
    sums.set(name, sums.get(name)?.add(quantity) ?? quantity);
  }
  return found;
}

const sets = (r: DeepReadonly<ResourceRequirements> | undefined): boolean =>
  Object.keys(r?.requests ?? {}).length > 0 || Object.keys(r?.limits ?? {}).length > 0;

export function podQOS(spec: DeepReadonly<PodSpec>): QOSClass {
  const requests: Sums = new Map();
  const limits: Sums = new Map();
  let isGuaranteed = true;
  const subjects = sets(spec.resources)
    ? [spec.resources]
    : [...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((c) => c.resources);
  for (const resources of subjects) {
    addPositive(requests, resources?.requests);
    if (addPositive(limits, resources?.limits).size < COMPUTE.length) isGuaranteed = false;
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  const equal = isGuaranteed && [...requests].every(([name, q]) => limits.get(name)?.equal(q) === true);
  return equal && requests.size === limits.size ? 'Guaranteed' : 'Burstable';
}
