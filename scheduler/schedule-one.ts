/** One scheduling cycle: a snapshot and a pod in, a node or the reasons out. Pure but for the chance that breaks ties. Behaves like upstream scheduler/schedule_one.go. */
import type { Rand } from '../component-base/rand.ts';
import type { Diagnosis } from './framework/fit-error.ts';
import { CycleState, unresolvable, type Cycle, type Handle, type Plugin, type Snapshot, type Status } from './framework/interface.ts';
import { withPod, type NodeInfo } from './framework/node-info.ts';
import { priorityOf, type PodInfo } from './framework/pod-info.ts';

interface Attempt {
  readonly cycle: Cycle;
  /** The plug-ins that had a say about nodes: those that did not skip. */
  readonly filters: readonly Plugin[];
}
export type Decision = Attempt & ({ readonly node: string; readonly evaluated: number } | { readonly diagnosis: Diagnosis });

const MIN_FEASIBLE = 100;
const MIN_PERCENT = 5;

/** On large clusters the search ends when enough nodes fit. */
export function feasibleNodesToFind(nodes: number): number {
  if (nodes < MIN_FEASIBLE) return nodes;
  const percent = Math.max(MIN_PERCENT, 50 - Math.floor(nodes / 125));
  return Math.max(MIN_FEASIBLE, Math.floor((nodes * percent) / 100));
}

export function newCycle(info: PodInfo, snapshot: Snapshot, handle: Handle): Cycle {
  return { pod: info.pod, info, snapshot, state: new CycleState(), handle };
}

interface PreFiltered {
  readonly filters: readonly Plugin[];
  readonly nodes: readonly NodeInfo[];
  /** The plug-ins that wanted no nodes but these. */
  readonly narrowing: readonly string[];
  readonly rejected?: { readonly plugin: string; readonly status: Status };
}

const noted = (names: readonly string[]): string => `[${[...names].sort().join(' ')}]`;

/** Why no node is left when plug-ins have named those they want. */
function nothingLeft(names: readonly string[]): Status {
  return unresolvable(names.length === 1 ? `node(s) didn't satisfy plugin ${names[0]}` : `node(s) didn't satisfy plugin(s) ${noted(names)} simultaneously`);
}

function runPreFilters(cycle: Cycle, plugins: readonly Plugin[]): PreFiltered {
  const skipped = new Set<string>();
  const narrowing: string[] = [];
  let names: ReadonlySet<string> | undefined;
  for (const plugin of plugins) {
    const result = plugin.preFilter?.(cycle);
    if (result?.status?.code === 'Skip') skipped.add(plugin.name);
    else if (result?.status) return { filters: [], nodes: [], narrowing: [], rejected: { plugin: plugin.name, status: result.status } };
    const only = result?.nodeNames;
    if (!only) continue;
    narrowing.push(plugin.name);
    names = names ? new Set([...names].filter((n) => only.has(n))) : only;
    if (names.size === 0) return { filters: [], nodes: [], narrowing: [], rejected: { plugin: plugin.name, status: nothingLeft(narrowing) } };
  }
  const nodes = cycle.snapshot.nodes;
  return { filters: plugins.filter((p) => p.filter && !skipped.has(p.name)), nodes: names ? nodes.filter((n) => names.has(n.name)) : nodes, narrowing };
}

type Refusal = { readonly plugin: string; readonly status: Status };

/** The first filter's no, with its name. */
function refusalOf(cycle: Cycle, filters: readonly Plugin[], node: NodeInfo): Refusal | undefined {
  for (const plugin of filters) {
    const status = plugin.filter?.(cycle, node);
    if (status) return { plugin: plugin.name, status };
  }
  return undefined;
}

/** The node, and the cycle, as if pods that room is being made for were there already: those at least as important as this one. */
function withNominated(cycle: Cycle, plugins: readonly Plugin[], node: NodeInfo): { cycle: Cycle; node: NodeInfo } | undefined {
  const others = (cycle.snapshot.nominated?.get(node.name) ?? []).filter((p) => p.pod.metadata.uid !== cycle.pod.metadata.uid && priorityOf(p.pod) >= priorityOf(cycle.pod));
  if (others.length === 0) return undefined;
  const trial = { ...cycle, state: cycle.state.clone() };
  let full = node;
  for (const other of others) {
    full = withPod(full, other);
    for (const plugin of plugins) plugin.addPod?.(trial, other, full);
  }
  return { cycle: trial, node: full };
}

/** The node must do both with and without the pods that are nominated to it: they may still go elsewhere. */
export function filterNode(cycle: Cycle, filters: readonly Plugin[], node: NodeInfo): Refusal | undefined {
  const full = withNominated(cycle, filters, node);
  return (full && refusalOf(full.cycle, filters, full.node)) ?? refusalOf(cycle, filters, node);
}

/** Where room has been made for the pod, if it fits there now. */
function fitsNominated(cycle: Cycle, { filters, nodes }: PreFiltered): NodeInfo | undefined {
  const nominated = cycle.pod.status.nominatedNodeName ?? '';
  const node = nominated === '' ? undefined : nodes.find((n) => n.name === nominated);
  return node && !filterNode(cycle, filters, node) ? node : undefined;
}

interface Filtered {
  readonly feasible: readonly NodeInfo[];
  readonly rejected: Map<string, Status>;
  readonly plugins: Set<string>;
  readonly evaluated: number;
}

/** `start`: where the search begins, so that all nodes get their turn. */
function findFeasible(cycle: Cycle, { filters, nodes, narrowing }: PreFiltered, start: number): Filtered {
  const wanted = feasibleNodesToFind(nodes.length);
  const feasible: NodeInfo[] = [];
  const left = unresolvable(`node(s) didn't satisfy plugin(s) ${noted(narrowing)}`);
  const rejected = new Map<string, Status>(narrowing.length === 0 ? [] : cycle.snapshot.nodes.filter((n) => !nodes.includes(n)).map((n) => [n.name, left]));
  const plugins = new Set<string>(narrowing);
  let evaluated = 0;
  for (; evaluated < nodes.length && feasible.length < wanted; evaluated++) {
    const node = nodes[(start + evaluated) % nodes.length];
    if (!node) continue;
    const no = filterNode(cycle, filters, node);
    if (!no) feasible.push(node);
    else {
      rejected.set(node.name, no.status);
      plugins.add(no.plugin);
    }
  }
  return { feasible, rejected, plugins, evaluated };
}

/** The sum of weighted scores, in the order of the nodes. */
function totals(cycle: Cycle, plugins: readonly Plugin[], nodes: readonly NodeInfo[]): number[] {
  const sums = nodes.map(() => 0);
  for (const plugin of plugins) {
    if (!plugin.score || plugin.preScore?.(cycle, nodes)?.code === 'Skip') continue;
    const scores = nodes.map((node) => plugin.score?.(cycle, node) ?? 0);
    plugin.normalizeScore?.(cycle, nodes, scores);
    for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] ?? 0) + (scores[i] ?? 0) * (plugin.weight ?? 1);
  }
  return sums;
}

/** One of the best, each with the same chance. */
export function selectHost(nodes: readonly NodeInfo[], scores: readonly number[], rand: Rand): NodeInfo | undefined {
  const best = scores.reduce((m, s) => Math.max(m, s), Number.NEGATIVE_INFINITY);
  const among = nodes.filter((_, i) => scores[i] === best);
  return among[rand.int(among.length)];
}

export function schedulePod(cycle: Cycle, plugins: readonly Plugin[], start: number, rand: Rand): Decision {
  const numAllNodes = cycle.snapshot.nodes.length;
  const pre = runPreFilters(cycle, plugins);
  if (pre.rejected) {
    const { plugin, status } = pre.rejected;
    return { cycle, filters: [], diagnosis: { numAllNodes, preFilterMessage: status.reasons.join(', '), nodes: new Map(cycle.snapshot.nodes.map((n) => [n.name, status])), plugins: new Set([plugin]) } };
  }
  const nominated = fitsNominated(cycle, pre);
  if (nominated) return { node: nominated.name, cycle, evaluated: 0, filters: pre.filters };
  const { feasible, rejected, plugins: said, evaluated } = findFeasible(cycle, pre, start);
  if (feasible.length === 0) return { cycle, filters: pre.filters, diagnosis: { numAllNodes, nodes: rejected, plugins: said } };
  const host = feasible.length === 1 ? feasible[0] : selectHost(feasible, totals(cycle, plugins, feasible), rand);
  return { node: host?.name ?? '', cycle, evaluated, filters: pre.filters };
}
