/** Amounts of resources as numbers: millicores for cpu, bytes or counts for all else. Behaves like upstream component-helpers/resource and scheduler/framework.Resource. */
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import { parseQuantity, type Quantity } from '../../apimachinery/quantity.ts';
import { podRequests as requestsOf } from '../../apimachinery/quota/pod-resources.ts';

export type Amounts = Map<string, number>;
export type ResourceList = Readonly<Record<string, string>>;

const numberOf = (name: string, quantity: Quantity): number => Number(name === 'cpu' ? quantity.milliValue() : quantity.value());

const parsed = new Map<string, number>();

function amountOf(name: string, text: string): number {
  const id = name === 'cpu' ? `m${text}` : text;
  let value = parsed.get(id);
  if (value === undefined) {
    value = numberOf(name, parseQuantity(text));
    if (parsed.size > 10_000) parsed.clear();
    parsed.set(id, value);
  }
  return value;
}

export function amounts(list: ResourceList | undefined): Amounts {
  return new Map(Object.entries(list ?? {}).map(([name, text]) => [name, amountOf(name, text)]));
}

export function add(to: Amounts, from: ReadonlyMap<string, number>, sign: 1 | -1 = 1): void {
  for (const [name, amount] of from) to.set(name, (to.get(name) ?? 0) + sign * amount);
}

const OF_A_PLACED_POD = { useStatus: true, overhead: true };

/** What the pod asks of its node, in numbers: what it has been given while a resize is under way, pod-level requests before those of containers, and its overhead. */
export function podRequests(pod: DeepReadonly<core.Pod>): Amounts {
  return new Map([...requestsOf(pod, OF_A_PLACED_POD)].map(([name, quantity]) => [name, numberOf(name, quantity)]));
}

const DEFAULT_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

/** As podRequests, but a container without a request for cpu or memory counts as 100m and 200Mi: for scores only. */
export function nonZeroRequests(pod: DeepReadonly<core.Pod>, requests: ReadonlyMap<string, number>): { cpu: number; memory: number } {
  const fill = (name: string, least: number): number =>
    (requests.get(name) ?? 0) + (pod.spec.containers ?? []).filter((c) => c.resources?.requests?.[name] === undefined && pod.spec.resources?.requests?.[name] === undefined).length * least;
  return { cpu: fill('cpu', DEFAULT_CPU), memory: fill('memory', DEFAULT_MEMORY) };
}
