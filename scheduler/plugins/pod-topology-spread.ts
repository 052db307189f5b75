/** Spreads pods over domains of the topology: required so that no domain gets too far ahead, preferred by score. Behaves like upstream plugins/podtopologyspread. */
import * as apps from '../../apimachinery/types/apps.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import { MAX_NODE_SCORE, SKIP, stateKey, unresolvable, unschedulable, type Cycle, type Plugin } from '../framework/interface.ts';
import type { NodeInfo } from '../framework/node-info.ts';
import type { PodInfo } from '../framework/pod-info.ts';
import { constraintsOf, countMatching, hasAllKeys, HOSTNAME, includesNode, SYSTEM_DEFAULTS, type Action, type Constraint, type SpreadConstraint } from '../framework/spread-constraints.ts';

export const REASON = "node(s) didn't match pod topology spread constraints";
export const REASON_LABEL = `${REASON} (missing required label)`;

interface Spread {
  readonly constraint: SpreadConstraint;
  /** Matching pods in each domain, by the value of the topology key. */
  readonly domains: ReadonlyMap<string, number>;
  /** Of the domain with the fewest; 0 while there are fewer domains than asked for. */
  readonly least: number;
}
const SPREADS = stateKey<readonly Spread[]>('PodTopologySpread/filter');

interface Scoring {
  readonly constraints: readonly SpreadConstraint[];
  readonly counts: readonly Map<string, number>[];
  readonly weights: readonly number[];
  /** Nodes without one of the keys get no score. */
  readonly ignored: ReadonlySet<string>;
}
const SCORING = stateKey<Scoring>('PodTopologySpread/score');

function spreadOf(constraint: SpreadConstraint, domains: ReadonlyMap<string, number>): Spread {
  let least = Number.POSITIVE_INFINITY;
  for (const n of domains.values()) least = Math.min(least, n);
  return { constraint, domains, least: domains.size < constraint.minDomains ? 0 : least };
}

const valueOf = ({ node }: NodeInfo, { topologyKey }: SpreadConstraint): string => node.metadata.labels?.[topologyKey] ?? '';

function countDomains({ pod, snapshot }: Cycle, constraint: SpreadConstraint, all: readonly SpreadConstraint[]): Spread {
  const domains = new Map<string, number>();
  for (const node of snapshot.nodes) {
    if (!hasAllKeys(node.node, all) || !includesNode(constraint, pod, node.node)) continue;
    const value = valueOf(node, constraint);
    domains.set(value, (domains.get(value) ?? 0) + countMatching(node.pods, constraint.selector, pod.metadata.namespace));
  }
  return spreadOf(constraint, domains);
}

function changed({ pod, state }: Cycle, other: PodInfo, node: NodeInfo, by: 1 | -1): void {
  const spreads = state.read(SPREADS);
  if (!spreads || other.pod.metadata.namespace !== pod.metadata.namespace || !hasAllKeys(node.node, spreads.map((s) => s.constraint))) return;
  state.write(
    SPREADS,
    spreads.map((spread) => {
      const { constraint, domains } = spread;
      if (!constraint.selector.matches(other.pod.metadata.labels) || !includesNode(constraint, pod, node.node)) return spread;
      const value = valueOf(node, constraint);
      return spreadOf(constraint, new Map(domains).set(value, (domains.get(value) ?? 0) + by));
    }),
  );
}

/** Domains that candidates are in, with the pods there; single nodes are counted when they are scored. */
function countForScores({ pod, snapshot }: Cycle, candidates: readonly NodeInfo[], constraint: SpreadConstraint, isCounted: (n: NodeInfo) => boolean): Map<string, number> {
  if (constraint.topologyKey === HOSTNAME) return new Map();
  const counts = new Map(candidates.map((n) => [valueOf(n, constraint), 0]));
  for (const node of snapshot.nodes) {
    const value = valueOf(node, constraint);
    const sum = counts.get(value);
    if (sum === undefined || !isCounted(node) || !includesNode(constraint, pod, node.node)) continue;
    counts.set(value, sum + countMatching(node.pods, constraint.selector, pod.metadata.namespace));
  }
  return counts;
}

function scoringOf(cycle: Cycle, nodes: readonly NodeInfo[], constraints: readonly SpreadConstraint[], requiresAllKeys: boolean): Scoring {
  const isCounted = (n: NodeInfo): boolean => !requiresAllKeys || hasAllKeys(n.node, constraints);
  const candidates = nodes.filter(isCounted);
  const counts = constraints.map((c) => countForScores(cycle, candidates, c, isCounted));
  const weights = constraints.map((c, i) => Math.log((c.topologyKey === HOSTNAME ? candidates.length : (counts[i]?.size ?? 0)) + 2));
  return { constraints, counts, weights, ignored: new Set(nodes.filter((n) => !isCounted(n)).map((n) => n.name)) };
}

function normalize(scoring: Scoring, nodes: readonly NodeInfo[], scores: number[]): void {
  const counted = scores.filter((_, i) => !scoring.ignored.has(nodes[i]?.name ?? ''));
  const [least, most] = [Math.min(...counted), Math.max(0, ...counted)];
  for (let i = 0; i < scores.length; i++) {
    if (scoring.ignored.has(nodes[i]?.name ?? '')) scores[i] = 0;
    else scores[i] = most === 0 ? MAX_NODE_SCORE : Math.floor((MAX_NODE_SCORE * (most + least - (scores[i] ?? 0))) / most);
  }
}

/** `defaults`: the constraints of pods that have none; absent: the system's, by host and zone, preferred only. */
export function newPodTopologySpread(defaults?: readonly Constraint[]) {
  const of = ({ pod, handle }: Cycle, action: Action): SpreadConstraint[] => constraintsOf(pod, action, defaults ?? SYSTEM_DEFAULTS, () => handle.informers);
  return {
    name: 'PodTopologySpread',
    weight: 2,
    needs: [core.Service, core.ReplicationController, apps.ReplicaSet, apps.StatefulSet],
    events: [
      { resource: 'AssignedPod', actions: ['Add', 'Update', 'Delete'] },
      { resource: 'Pod', actions: ['Update'] },
      { resource: 'Node', actions: ['Add', 'Update', 'Delete'] },
    ],
    preFilter(cycle: Cycle) {
      const constraints = of(cycle, 'DoNotSchedule');
      if (constraints.length === 0) return { status: SKIP };
      cycle.state.write(
        SPREADS,
        constraints.map((c) => countDomains(cycle, c, constraints)),
      );
      return undefined;
    },
    filter({ pod, state }: Cycle, node: NodeInfo) {
      for (const { constraint, domains, least } of state.read(SPREADS) ?? []) {
        const value = node.node.metadata.labels?.[constraint.topologyKey];
        if (value === undefined) return unresolvable(REASON_LABEL);
        const self = constraint.selector.matches(pod.metadata.labels) ? 1 : 0;
        if ((domains.get(value) ?? 0) + self - least > constraint.maxSkew) return unschedulable(REASON);
      }
      return undefined;
    },
    addPod(cycle: Cycle, pod: PodInfo, node: NodeInfo) {
      changed(cycle, pod, node, 1);
    },
    removePod(cycle: Cycle, pod: PodInfo, node: NodeInfo) {
      changed(cycle, pod, node, -1);
    },
    preScore(cycle: Cycle, nodes: readonly NodeInfo[]) {
      const constraints = of(cycle, 'ScheduleAnyway');
      if (constraints.length === 0) return SKIP;
      const requiresAllKeys = (cycle.pod.spec.topologySpreadConstraints ?? []).length > 0 || defaults !== undefined;
      cycle.state.write(SCORING, scoringOf(cycle, nodes, constraints, requiresAllKeys));
      return undefined;
    },
    score({ pod, state }: Cycle, node: NodeInfo) {
      const scoring = state.read(SCORING);
      if (!scoring || scoring.ignored.has(node.name)) return 0;
      const parts = scoring.constraints.map((c, i) => {
        const value = node.node.metadata.labels?.[c.topologyKey];
        if (value === undefined) return 0;
        const count = c.topologyKey === HOSTNAME ? countMatching(node.pods, c.selector, pod.metadata.namespace) : (scoring.counts[i]?.get(value) ?? 0);
        return count * (scoring.weights[i] ?? 0) + c.maxSkew - 1;
      });
      return Math.round(parts.reduce((a, b) => a + b, 0));
    },
    normalizeScore({ state }: Cycle, nodes: readonly NodeInfo[], scores: number[]) {
      const scoring = state.read(SCORING);
      if (scoring) normalize(scoring, nodes, scores);
    },
  } satisfies Plugin;
}

export default newPodTopologySpread();
