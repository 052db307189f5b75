/** The nodes of a volume stay, but beta labels may become the final ones. Behaves like upstream pkg/apis/core/validation/validation.go (validatePvNodeAffinity). */
import { own } from '../../../apimachinery/own.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm, VolumeNodeAffinity } from '../../../apimachinery/types/core.gen.ts';
import { invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../equality.ts';
import { IMMUTABLE } from './fields.ts';

const SUCCESSORS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/os': 'kubernetes.io/os',
  'beta.kubernetes.io/arch': 'kubernetes.io/arch',
  'failure-domain.beta.kubernetes.io/zone': 'topology.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region': 'topology.kubernetes.io/region',
  'beta.kubernetes.io/instance-type': 'node.kubernetes.io/instance-type',
};

/** How upstream prints its internal types. */
const requirement = (e: NodeSelectorRequirement): unknown => ({ Key: e.key, Operator: e.operator, Values: e.values ?? null });
const term = (t: NodeSelectorTerm): unknown => ({
  MatchExpressions: t.matchExpressions?.map(requirement) ?? null,
  MatchFields: t.matchFields?.map(requirement) ?? null,
});
const internal = (a: VolumeNodeAffinity | undefined): unknown =>
  a ? { Required: a.required ? { NodeSelectorTerms: a.required.nodeSelectorTerms?.map(term) ?? null } : null } : null;

/** Upstream looks a key up that may have no successor: an empty key then counts as one. */
function sameRequirement(next: NodeSelectorRequirement, old: NodeSelectorRequirement): boolean {
  const isRenamed = next.key === old.key || (own(SUCCESSORS, old.key) ?? '') === (next.key ?? '');
  return isRenamed && next.operator === old.operator && semanticEqual(next.values, old.values);
}

function sameTerm(next: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const [a, b] = [next.matchExpressions ?? [], old.matchExpressions ?? []];
  const isSame = a.length === b.length && a.every((e, i) => sameRequirement(e, b[i] ?? e));
  return isSame && semanticEqual(next.matchFields, old.matchFields);
}

export function persistentVolumeNodeAffinityChange(
  next: VolumeNodeAffinity | undefined,
  old: VolumeNodeAffinity | undefined,
  path: Path,
): FieldError[] {
  if (!old) return [];
  const [a, b] = [next?.required?.nodeSelectorTerms ?? [], old.required?.nodeSelectorTerms ?? []];
  const isSame = next !== undefined && a.length === b.length && a.every((t, i) => sameTerm(t, b[i] ?? t));
  return isSame ? [] : [invalid(path, internal(next), `${IMMUTABLE}, except for updating from beta label to GA`)];
}
