/** Which pods would have to go from a node, and from which node it hurts least. Pure. Behaves like upstream plugins/defaultpreemption and framework/preemption. */
import { labelSelectorAsSelector } from '../../apimachinery/labels/selector.ts';
import type * as policy from '../../apimachinery/types/policy.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { unresolvable, type Cycle, type Pod, type Plugin, type PostFilterTools, type Status } from './interface.ts';
import { withoutPod, withPod, type NodeInfo } from './node-info.ts';
import { priorityOf, type PodInfo } from './pod-info.ts';

type Budget = DeepReadonly<policy.PodDisruptionBudget>;

export const NO_VICTIMS = 'No preemption victims found for incoming pod';

export interface Candidate {
  readonly node: string;
  /** The most important first; at least one. */
  readonly victims: readonly Pod[];
  readonly violations: number;
}

const startOf = (pod: Pod): string => pod.status.startTime ?? '9999';

/** Higher priority first, then the one that runs longer. */
export function byImportance(a: Pod, b: Pod): number {
  const difference = priorityOf(b) - priorityOf(a);
  if (difference !== 0) return difference;
  return startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0;
}

/** Whether this budget speaks of the pod and has not let it go already. */
function guards(budget: Budget, pod: Pod): boolean {
  if (budget.metadata.namespace !== pod.metadata.namespace || Object.keys(pod.metadata.labels ?? {}).length === 0) return false;
  const selector = labelSelectorAsSelector(budget.spec.selector);
  return !selector.isEmpty() && selector.matches(pod.metadata.labels) && budget.status.disruptedPods?.[pod.metadata.name] === undefined;
}

/** Keeps the order in both parts. */
export function splitByViolation(pods: readonly PodInfo[], budgets: readonly Budget[]): { violating: PodInfo[]; others: PodInfo[] } {
  const allowed = new Map(budgets.map((b) => [b, b.status.disruptionsAllowed]));
  const violating: PodInfo[] = [];
  const others: PodInfo[] = [];
  for (const info of pods) {
    let isViolated = false;
    for (const budget of budgets) {
      if (!guards(budget, info.pod)) continue;
      const left = (allowed.get(budget) ?? 0) - 1;
      allowed.set(budget, left);
      if (left < 0) isViolated = true;
    }
    (isViolated ? violating : others).push(info);
  }
  return { violating, others };
}

/** A node in a cycle of its own, on which pods are taken off and put back. */
class Trial {
  readonly #cycle: Cycle;
  readonly #tools: Pick<PostFilterTools, 'filter' | 'plugins'>;
  #node: NodeInfo;

  constructor(cycle: Cycle, node: NodeInfo, tools: Pick<PostFilterTools, 'filter' | 'plugins'>) {
    this.#cycle = { ...cycle, state: cycle.state.clone() };
    this.#node = node;
    this.#tools = tools;
  }

  remove(pod: PodInfo): void {
    this.#node = withoutPod(this.#node, pod.pod.metadata.uid);
    for (const plugin of this.#tools.plugins as readonly Plugin[]) plugin.removePod?.(this.#cycle, pod, this.#node);
  }

  add(pod: PodInfo): void {
    this.#node = withPod(this.#node, pod);
    for (const plugin of this.#tools.plugins as readonly Plugin[]) plugin.addPod?.(this.#cycle, pod, this.#node);
  }

  filter(): Status | undefined {
    return this.#tools.filter(this.#cycle, this.#node);
  }

  /** Puts the pod back if the preemptor still fits. */
  reprieve(pod: PodInfo): boolean {
    this.add(pod);
    if (!this.filter()) return true;
    this.remove(pod);
    return false;
  }
}

/** The fewest pods of lower priority whose end makes room, or why that does not help. */
export function selectVictims(cycle: Cycle, node: NodeInfo, budgets: readonly Budget[], tools: Pick<PostFilterTools, 'filter' | 'plugins'>): Candidate | Status {
  const lower = node.pods.filter((p) => priorityOf(p.pod) < priorityOf(cycle.pod));
  if (lower.length === 0) return unresolvable(NO_VICTIMS);
  const trial = new Trial(cycle, node, tools);
  for (const p of lower) trial.remove(p);
  const status = trial.filter();
  if (status) return status;
  const { violating, others } = splitByViolation([...lower].sort((a, b) => byImportance(a.pod, b.pod)), budgets);
  const broken = violating.filter((p) => !trial.reprieve(p));
  const victims = [...broken, ...others.filter((p) => !trial.reprieve(p))].map((p) => p.pod).sort(byImportance);
  if (victims.length === 0) return { code: 'Error', reasons: [`expected at least one victim pod on node "${node.name}"`] };
  return { node: node.name, victims, violations: broken.length };
}

/** The earliest start among the victims of the highest priority, in ms. */
function earliestStart({ victims }: Candidate): number {
  const highest = Math.max(...victims.map(priorityOf));
  return Math.min(...victims.filter((v) => priorityOf(v) === highest).map((v) => (v.status.startTime == null ? Number.MAX_SAFE_INTEGER : Date.parse(v.status.startTime))));
}

/** The less, the better, in this order. */
const COSTS: readonly ((c: Candidate) => number)[] = [
  (c) => c.violations,
  (c) => Math.max(...c.victims.map(priorityOf)),
  (c) => c.victims.reduce((sum, v) => sum + priorityOf(v) + 2 ** 31, 0),
  (c) => c.victims.length,
  (c) => -earliestStart(c),
];

/** Where preemption does the least harm; the first of equals. */
export function pickCandidate(candidates: readonly Candidate[]): Candidate | undefined {
  let best = candidates;
  for (const cost of COSTS) {
    const least = Math.min(...best.map(cost));
    best = best.filter((c) => cost(c) === least);
    if (best.length <= 1) break;
  }
  return best[0];
}
