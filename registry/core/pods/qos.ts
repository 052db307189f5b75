/** The quality of service class of a pod. Behaves like upstream pkg/apis/core/helper/qos. */
import { parseQuantity, type Quantity } from '../../../apimachinery/quantity.ts';
import type { PodSpec, ResourceRequirements } from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';

export type QOSClass = 'Guaranteed' | 'Burstable' | 'BestEffort';
const COMPUTE = ['cpu', 'memory'] as const;

/** What is asked for of cpu and memory, where that is above zero. */
type Sums = { [name in (typeof COMPUTE)[number]]?: Quantity };

/** Adds what is above zero; true: all that counts is. */
function addPositive(sums: Sums, list: Readonly<Record<string, string>> | undefined): boolean {
  if (!list) return false;
  let isWhole = true;
  for (const name of COMPUTE) {
    const text = list[name];
    const quantity = text === undefined ? undefined : parseQuantity(text);
    if (quantity && quantity.sign() > 0) sums[name] = sums[name]?.add(quantity) ?? quantity;
    else isWhole = false;
  }
  return isWhole;
}

const isEmpty = (map: Readonly<Record<string, string>> | undefined): boolean => {
  for (const _name in map) return false;
  return true;
};

const isNone = ({ cpu, memory }: Sums): boolean => cpu === undefined && memory === undefined;
const areEqual = (a: Quantity | undefined, b: Quantity | undefined): boolean => (a && b ? a.equal(b) : a === b);

export function podQOS({ resources, containers, initContainers }: DeepReadonly<PodSpec>): QOSClass {
  const requests: Sums = {};
  const limits: Sums = {};
  let isGuaranteed = true;
  const add = (r: DeepReadonly<ResourceRequirements> | undefined): void => {
    addPositive(requests, r?.requests);
    isGuaranteed = addPositive(limits, r?.limits) && isGuaranteed;
  };
  if (!isEmpty(resources?.requests) || !isEmpty(resources?.limits)) add(resources);
  else {
    containers?.forEach((c) => add(c.resources));
    initContainers?.forEach((c) => add(c.resources));
  }
  if (isNone(requests) && isNone(limits)) return 'BestEffort';
  return isGuaranteed && areEqual(requests.cpu, limits.cpu) && areEqual(requests.memory, limits.memory) ? 'Guaranteed' : 'Burstable';
}
