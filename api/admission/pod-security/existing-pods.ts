/** Warnings about pods that break a standard which their namespace now enforces. Behaves like upstream pod-security-admission/admission (EvaluatePodsInNamespace). */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { findings, levelText, type LevelVersion } from './policy.ts';

type Pod = DeepReadonly<core.Pod>;
const MOST = 3000;

/** One pod of each controller first. */
function prioritized(pods: readonly Pod[]): readonly Pod[] {
  const seen = new Set<string>();
  const first: Pod[] = [];
  const rest: Pod[] = [];
  for (const pod of pods) {
    const owner = (pod.metadata.ownerReferences ?? []).find((o) => o.controller)?.uid;
    (owner !== undefined && seen.has(owner) ? rest : first).push(pod);
    if (owner !== undefined) seen.add(owner);
  }
  return [...first, ...rest];
}

export function existingPodWarnings(namespace: string, pods: readonly Pod[], enforce: LevelVersion): readonly string[] {
  const checked = prioritized(pods).slice(0, MOST);
  const byReason = new Map<string, string[]>();
  for (const { metadata, spec } of checked) {
    const found = findings(enforce, spec, metadata.annotations ?? {});
    if (found.length === 0) continue;
    const reason = found.map((f) => f.reason).join(', ');
    byReason.set(reason, [...(byReason.get(reason) ?? []), metadata.name]);
  }
  const lines = [...byReason].map(([reason, names]) => `${names.sort()[0] ?? ''}${others(names.length - 1)}: ${reason}`).sort();
  return [
    ...(checked.length < pods.length ? [`new PodSecurity enforce level only checked against the first ${checked.length} of ${pods.length} existing pods`] : []),
    ...(lines.length > 0 ? [`existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${JSON.stringify(levelText(enforce))}`] : []),
    ...lines,
  ];
}

function others(count: number): string {
  return count === 0 ? '' : count === 1 ? ' (and 1 other pod)' : ` (and ${count} other pods)`;
}
