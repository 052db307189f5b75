/** Amounts of resources as numbers: millicores for cpu, bytes or counts for all else. Behaves like upstream component-helpers/resource and scheduler/framework.Resource. */
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import { parseQuantity } from '../../apimachinery/quantity.ts';

export type Amounts = Map<string, number>;
export type ResourceList = Readonly<Record<string, string>>;

const parsed = new Map<string, number>();

function amountOf(name: string, text: string): number {
  const id = name === 'cpu' ? `m${text}` : text;
  let value = parsed.get(id);
  if (value === undefined) {
    const quantity = parseQuantity(text);
    value = Number(name === 'cpu' ? quantity.milliValue() : quantity.value());
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

export function max(into: Amounts, other: ReadonlyMap<string, number>): void {
  for (const [name, amount] of other) into.set(name, Math.max(into.get(name) ?? 0, amount));
}

type Container = DeepReadonly<core.Container>;

/** A request that is missing where there is a limit equals the limit: the API server has defaulted that already for pods. */
const requestsOf = (c: Container): Amounts => amounts(c.resources?.requests);
const isSidecar = (c: Container): boolean => c.restartPolicy === 'Always';

/** Each init container runs beside the sidecars started before it. */
function initPeak(containers: readonly Container[], sidecars: Amounts): Amounts {
  const peak: Amounts = new Map();
  for (const c of containers) {
    const own = requestsOf(c);
    add(own, sidecars);
    if (isSidecar(c)) add(sidecars, requestsOf(c));
    max(peak, own);
  }
  return peak;
}

/** What the pod asks of its node: the greater of its containers together and its init peak, pod-level requests before both, and its overhead. */
export function podRequests(pod: DeepReadonly<core.Pod>): Amounts {
  const total: Amounts = new Map();
  for (const c of pod.spec.containers ?? []) add(total, requestsOf(c));
  const sidecars: Amounts = new Map();
  const peak = initPeak(pod.spec.initContainers ?? [], sidecars);
  add(total, sidecars);
  max(total, peak);
  for (const [name, amount] of amounts(pod.spec.resources?.requests)) total.set(name, amount);
  add(total, amounts(pod.spec.overhead));
  return total;
}

const DEFAULT_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

/** As podRequests, but a container without a request for cpu or memory counts as 100m and 200Mi: for scores only. */
export function nonZeroRequests(pod: DeepReadonly<core.Pod>, requests: ReadonlyMap<string, number>): { cpu: number; memory: number } {
  const fill = (name: string, least: number): number =>
    (requests.get(name) ?? 0) + (pod.spec.containers ?? []).filter((c) => c.resources?.requests?.[name] === undefined && pod.spec.resources?.requests?.[name] === undefined).length * least;
  return { cpu: fill('cpu', DEFAULT_CPU), memory: fill('memory', DEFAULT_MEMORY) };
}
