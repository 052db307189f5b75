/** Sums of what a pod's containers ask for. Behaves like upstream component-helpers/resource (AggregateContainerRequests, AggregateContainerLimits). */
import { parseQuantity, type Quantity } from '../../../apimachinery/quantity.ts';
import type { PodSpec } from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { isRestartableInit } from './containers.ts';

export type Totals = Map<string, Quantity>;
type ResourceList = Readonly<Record<string, string>> | undefined;

function addAll(into: Totals, list: ResourceList): void {
  for (const [name, text] of Object.entries(list ?? {})) {
    const quantity = parseQuantity(text);
    into.set(name, into.get(name)?.add(quantity) ?? quantity);
  }
}

function mergeMax(into: Totals, other: Totals): void {
  for (const [name, quantity] of other) {
    const known = into.get(name);
    if (!known || known.cmp(quantity) < 0) into.set(name, quantity);
  }
}

/** Containers run together; an init container runs beside the sidecars started before it, and may be what needs most. */
export function aggregate(spec: DeepReadonly<PodSpec>, kind: 'requests' | 'limits'): Totals {
  const total: Totals = new Map();
  for (const c of spec.containers ?? []) addAll(total, c.resources?.[kind]);
  const sidecars: Totals = new Map();
  const init: Totals = new Map();
  for (const c of spec.initContainers ?? []) {
    const list = c.resources?.[kind];
    if (isRestartableInit(c)) {
      addAll(total, list);
      addAll(sidecars, list);
      mergeMax(init, sidecars);
    } else {
      const alone: Totals = new Map(sidecars);
      addAll(alone, list);
      mergeMax(init, alone);
    }
  }
  mergeMax(total, init);
  return total;
}

const HUGEPAGES = 'hugepages-';
export const isHugePages = (name: string): boolean => name.startsWith(HUGEPAGES);
/** What may stand in a pod's own resources. */
export const isPodLevelResource = (name: string): boolean => name === 'cpu' || name === 'memory' || isHugePages(name);
