/** A term of pod affinity with its selectors parsed. Behaves like upstream scheduler/framework.AffinityTerm. */
import { labelSelectorAsSelector, type LabelSelector, type Labels } from '../../apimachinery/labels/selector.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { Pod } from './objects.ts';

export interface AffinityTerm {
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: LabelSelector;
  readonly selector: LabelSelector;
  readonly topologyKey: string;
}
export interface WeightedAffinityTerm {
  readonly term: AffinityTerm;
  readonly weight: number;
}
/** The labels of a namespace; undefined when it is not known. */
export type NamespaceLabels = (namespace: string) => Labels | undefined;

/** A term that names no namespaces means that of its pod. */
export function newAffinityTerm(pod: Pod, term: DeepReadonly<core.PodAffinityTerm>): AffinityTerm {
  const named = term.namespaces ?? [];
  const isOwn = named.length === 0 && !term.namespaceSelector;
  return {
    namespaces: new Set(isOwn ? [pod.metadata.namespace ?? ''] : named),
    namespaceSelector: labelSelectorAsSelector(term.namespaceSelector),
    selector: labelSelectorAsSelector(term.labelSelector),
    topologyKey: term.topologyKey,
  };
}

export function termMatches(term: AffinityTerm, pod: Pod, labelsOf: NamespaceLabels): boolean {
  const namespace = pod.metadata.namespace ?? '';
  const isThere = term.namespaces.has(namespace) || (!term.namespaceSelector.matchesNothing && term.namespaceSelector.matches(labelsOf(namespace)));
  return isThere && term.selector.matches(pod.metadata.labels);
}

/** How many pods stand for a term, by topology key and value; no entry is 0. */
export type TopologyCounts = Map<string, Map<string, number>>;

export function countAt(counts: TopologyCounts, labels: Labels | undefined, key: string, by: number): void {
  const value = labels?.[key];
  if (value === undefined) return;
  let values = counts.get(key);
  if (!values) counts.set(key, (values = new Map()));
  const sum = (values.get(value) ?? 0) + by;
  if (sum === 0) values.delete(value);
  else values.set(value, sum);
  if (values.size === 0) counts.delete(key);
}

export function cloneCounts(counts: TopologyCounts): TopologyCounts {
  return new Map([...counts].map(([key, values]) => [key, new Map(values)]));
}
