/** Pods that want to be near others, or far from them, required and preferred; what pods on nodes demand of newcomers counts too. Behaves like upstream plugins/interpodaffinity. */
import * as core from '../../apimachinery/types/core.gen.ts';
import { cloneCounts, countAt, termMatches, type AffinityTerm, type NamespaceLabels, type TopologyCounts, type WeightedAffinityTerm } from '../framework/affinity-term.ts';
import { MAX_NODE_SCORE, SKIP, stateKey, unresolvable, unschedulable, type Cycle, type Node, type Plugin } from '../framework/interface.ts';
import type { NodeInfo } from '../framework/node-info.ts';
import type { PodInfo } from '../framework/pod-info.ts';

export const EXISTING_ANTI_AFFINITY = "node(s) didn't satisfy existing pods anti-affinity rules";
export const AFFINITY = "node(s) didn't match pod affinity rules";
export const ANTI_AFFINITY = "node(s) didn't match pod anti-affinity rules";
/** What another pod's required affinity to this one weighs when nodes are scored. */
const HARD_AFFINITY_WEIGHT = 1;

interface Counts {
  /** Pods on nodes that do not want this pod near. */
  readonly existing: TopologyCounts;
  /** Pods that this one wants near. */
  readonly affinity: TopologyCounts;
  /** Pods that this one does not want near. */
  readonly antiAffinity: TopologyCounts;
}
const COUNTS = stateKey<Counts>('InterPodAffinity/counts');
const SCORES = stateKey<TopologyCounts>('InterPodAffinity/scores');

function namespaceLabels({ handle }: Cycle): NamespaceLabels {
  return (namespace) => handle.informers.informer(core.Namespace).lister.get({ namespace: '', name: namespace })?.metadata.labels;
}

function matchesAll(terms: readonly AffinityTerm[], { pod }: PodInfo, labelsOf: NamespaceLabels): boolean {
  return terms.length > 0 && terms.every((t) => termMatches(t, pod, labelsOf));
}

function countPod(cycle: Cycle, counts: Counts, other: PodInfo, node: Node, by: 1 | -1): void {
  const labelsOf = namespaceLabels(cycle);
  const { labels } = node.metadata;
  for (const t of other.requiredAntiAffinity) if (termMatches(t, cycle.pod, labelsOf)) countAt(counts.existing, labels, t.topologyKey, by);
  const { requiredAffinity, requiredAntiAffinity } = cycle.info;
  if (matchesAll(requiredAffinity, other, labelsOf)) for (const t of requiredAffinity) countAt(counts.affinity, labels, t.topologyKey, by);
  for (const t of requiredAntiAffinity) if (termMatches(t, other.pod, labelsOf)) countAt(counts.antiAffinity, labels, t.topologyKey, by);
}

function changed(cycle: Cycle, other: PodInfo, { node }: NodeInfo, by: 1 | -1): void {
  const old = cycle.state.read(COUNTS);
  if (!old) return;
  const counts = { existing: cloneCounts(old.existing), affinity: cloneCounts(old.affinity), antiAffinity: cloneCounts(old.antiAffinity) };
  countPod(cycle, counts, other, node, by);
  cycle.state.write(COUNTS, counts);
}

const standing = (counts: TopologyCounts, node: Node, key: string): number => counts.get(key)?.get(node.metadata.labels?.[key] ?? '') ?? 0;

/** The first pod of a group that wants its own kind near may go anywhere. */
function satisfiesAffinity(cycle: Cycle, { affinity }: Counts, node: Node): boolean {
  const { requiredAffinity: terms } = cycle.info;
  if (!terms.every((t) => node.metadata.labels?.[t.topologyKey] !== undefined)) return false;
  if (terms.every((t) => standing(affinity, node, t.topologyKey) > 0)) return true;
  return affinity.size === 0 && matchesAll(terms, cycle.info, namespaceLabels(cycle));
}

function satisfiesExisting({ existing }: Counts, node: Node): boolean {
  return [...existing].every(([key, values]) => (values.get(node.metadata.labels?.[key] ?? '') ?? 0) <= 0);
}

function addScore(scores: TopologyCounts, { term, weight }: WeightedAffinityTerm, pod: PodInfo, labelsOf: NamespaceLabels, node: Node, sign: 1 | -1): void {
  if (termMatches(term, pod.pod, labelsOf)) countAt(scores, node.metadata.labels, term.topologyKey, weight * sign);
}

function scorePod({ info, ...rest }: Cycle, scores: TopologyCounts, other: PodInfo, node: Node): void {
  const labelsOf = namespaceLabels({ info, ...rest });
  for (const t of info.preferredAffinity) addScore(scores, t, other, labelsOf, node, 1);
  for (const t of info.preferredAntiAffinity) addScore(scores, t, other, labelsOf, node, -1);
  for (const term of other.requiredAffinity) addScore(scores, { term, weight: HARD_AFFINITY_WEIGHT }, info, labelsOf, node, 1);
  for (const t of other.preferredAffinity) addScore(scores, t, info, labelsOf, node, 1);
  for (const t of other.preferredAntiAffinity) addScore(scores, t, info, labelsOf, node, -1);
}

export default {
  name: 'InterPodAffinity',
  weight: 2,
  needs: [core.Namespace],
  events: [
    { resource: 'AssignedPod', actions: ['Add', 'Update', 'Delete'] },
    { resource: 'Pod', actions: ['Update'] },
    { resource: 'Node', actions: ['Add', 'Update'] },
  ],
  preFilter(cycle: Cycle) {
    const { requiredAffinity, requiredAntiAffinity } = cycle.info;
    const isAsking = requiredAffinity.length + requiredAntiAffinity.length > 0;
    const counts: Counts = { existing: new Map(), affinity: new Map(), antiAffinity: new Map() };
    for (const { node, pods, podsWithAffinity } of cycle.snapshot.nodes) for (const other of isAsking ? pods : podsWithAffinity) countPod(cycle, counts, other, node, 1);
    if (!isAsking && counts.existing.size === 0) return { status: SKIP };
    cycle.state.write(COUNTS, counts);
    return undefined;
  },
  filter(cycle: Cycle, { node }: NodeInfo) {
    const counts = cycle.state.read(COUNTS);
    if (!counts) return undefined;
    if (!satisfiesAffinity(cycle, counts, node)) return unresolvable(AFFINITY);
    if (cycle.info.requiredAntiAffinity.some((t) => standing(counts.antiAffinity, node, t.topologyKey) > 0)) return unschedulable(ANTI_AFFINITY);
    return satisfiesExisting(counts, node) ? undefined : unschedulable(EXISTING_ANTI_AFFINITY);
  },
  addPod(cycle: Cycle, pod: PodInfo, node: NodeInfo) {
    changed(cycle, pod, node, 1);
  },
  removePod(cycle: Cycle, pod: PodInfo, node: NodeInfo) {
    changed(cycle, pod, node, -1);
  },
  preScore(cycle: Cycle) {
    const { preferredAffinity, preferredAntiAffinity } = cycle.info;
    const isAsking = preferredAffinity.length + preferredAntiAffinity.length > 0;
    const scores: TopologyCounts = new Map();
    for (const { node, pods, podsWithAffinity } of cycle.snapshot.nodes) for (const other of isAsking ? pods : podsWithAffinity) scorePod(cycle, scores, other, node);
    if (scores.size === 0) return SKIP;
    cycle.state.write(SCORES, scores);
    return undefined;
  },
  score({ state }: Cycle, { node }: NodeInfo) {
    return [...(state.read(SCORES)?.keys() ?? [])].reduce((sum, key) => sum + standing(state.read(SCORES) ?? new Map(), node, key), 0);
  },
  normalizeScore(_cycle: Cycle, _nodes: readonly NodeInfo[], scores: number[]) {
    const [least, most] = [Math.min(...scores), Math.max(...scores)];
    for (let i = 0; i < scores.length; i++) scores[i] = most === least ? 0 : Math.floor((MAX_NODE_SCORE * ((scores[i] ?? 0) - least)) / (most - least));
  },
} satisfies Plugin;
