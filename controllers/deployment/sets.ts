/** Orders and tells apart the ReplicaSets of a Deployment. Behaves like upstream pkg/controller/deployment/util. */
import type { PodTemplate } from '../pods/control.ts';
import { semanticEqual } from '../framework/semantic-equal.ts';
import { replicasOf, type Deployment, type ReplicaSet, type Sets } from './types.ts';

export const HASH_LABEL = 'pod-template-hash';

function withoutHash(template: PodTemplate): unknown {
  const { [HASH_LABEL]: _, ...labels } = template.metadata?.labels ?? {};
  return { ...template, metadata: { ...template.metadata, labels } };
}

export function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return semanticEqual(withoutHash(a), withoutHash(b));
}

/** Older first, then by name. */
export function byAge(a: ReplicaSet, b: ReplicaSet): number {
  const [x, y] = [a.metadata.creationTimestamp ?? '', b.metadata.creationTimestamp ?? ''];
  if (x !== y) return x < y ? -1 : 1;
  return a.metadata.name < b.metadata.name ? -1 : a.metadata.name > b.metadata.name ? 1 : 0;
}

/** Larger first; of one size the newer first (scaling up), or the older first (scaling down). */
export const bySizeNewer = (a: ReplicaSet, b: ReplicaSet): number => replicasOf(b) - replicasOf(a) || byAge(b, a);
export const bySizeOlder = (a: ReplicaSet, b: ReplicaSet): number => replicasOf(b) - replicasOf(a) || byAge(a, b);

/** Of several sets with the template, the oldest is the current one. */
export function tellApart(d: Deployment, sets: readonly ReplicaSet[]): Sets {
  const sorted = [...sets].sort(byAge);
  const current = sorted.find((set) => sameTemplate(set.spec.template, d.spec.template));
  return { current, old: sorted.filter((set) => set !== current) };
}
