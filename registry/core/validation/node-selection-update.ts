/** A gated pod may narrow where it will run. Behaves like upstream pkg/apis/core/validation/validation.go (validateNodeSelectorMutation, validateNodeAffinityMutation). */
import type { NodeAffinity, NodeSelectorRequirement, NodeSelectorTerm, PodSpec } from '../../../apimachinery/types/core.gen.ts';
import { invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../equality.ts';

type Requirements = readonly NodeSelectorRequirement[] | undefined;

const goRequirements = (list: Requirements): unknown =>
  list?.map((r) => ({ Key: r.key, Operator: r.operator, Values: r.values ?? null })) ?? null;
const goTerm = (t: NodeSelectorTerm | undefined): unknown => ({
  MatchExpressions: goRequirements(t?.matchExpressions),
  MatchFields: goRequirements(t?.matchFields),
});

function startsWith(next: Requirements, old: Requirements): boolean {
  const count = (old ?? []).length;
  return count === 0 || semanticEqual((next ?? []).slice(0, count), old);
}

function onlyAdds(next: NodeSelectorTerm | undefined, old: NodeSelectorTerm): boolean {
  const size = (t: NodeSelectorTerm | undefined): number => (t?.matchExpressions ?? []).length + (t?.matchFields ?? []).length;
  if (size(old) === 0 && size(next) > 0) return false;
  return startsWith(next?.matchExpressions, old.matchExpressions) && startsWith(next?.matchFields, old.matchFields);
}

function affinityMutation(next: NodeAffinity | undefined, old: NodeAffinity | undefined, path: Path): FieldError[] {
  const before = old?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const after = next?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const terms = path.child('requiredDuringSchedulingIgnoredDuringExecution', 'nodeSelectorTerms');
  if (before.length === 0) return [];
  if (before.length !== after.length)
    return [
      invalid(
        terms,
        after.length === 0 ? null : after.map(goTerm),
        'no additions/deletions to non-empty NodeSelectorTerms list are allowed',
      ),
    ];
  return before.flatMap((term, i) =>
    onlyAdds(after[i], term) ? [] : [invalid(terms.index(i), goTerm(after[i]), 'only additions are allowed (no mutations or deletions)')],
  );
}

/** Checks what is allowed, and puts it back in `spec` so that the comparison that follows does not see it. */
export function changedNodeSelection(spec: PodSpec, old: PodSpec, path: Path): FieldError[] {
  const errors: FieldError[] = [];
  if (!semanticEqual(spec.nodeSelector, old.nodeSelector)) {
    const isNarrowed = Object.entries(old.nodeSelector ?? {}).every(([k, v]) => spec.nodeSelector?.[k] === v);
    if (!isNarrowed)
      errors.push(
        invalid(
          path.child('nodeSelector'),
          spec.nodeSelector ?? null,
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        ),
      );
    if (old.nodeSelector) spec.nodeSelector = old.nodeSelector;
    else delete spec.nodeSelector;
  }
  const oldAffinity = old.affinity?.nodeAffinity;
  if (semanticEqual(oldAffinity, spec.affinity?.nodeAffinity)) return errors;
  errors.push(...affinityMutation(spec.affinity?.nodeAffinity, oldAffinity, path.child('affinity', 'nodeAffinity')));
  const { nodeAffinity: _dropped, ...rest } = spec.affinity ?? {};
  const restored = { ...rest, ...(oldAffinity && { nodeAffinity: oldAffinity }) };
  if (Object.keys(restored).length === 0 && !old.affinity) delete spec.affinity;
  else spec.affinity = restored;
  return errors;
}
