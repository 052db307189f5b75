/** Label selectors of objects as functions. Behaves like upstream apimachinery/pkg/apis/meta/v1 LabelSelectorAsSelector. */
import type { LabelSelector, LabelSelectorRequirement } from '../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';

export type Labels = Readonly<Record<string, string>> | undefined;
export type Matcher = (labels: Labels) => boolean;

function requirement({ key, operator, values = [] }: DeepReadonly<LabelSelectorRequirement>): Matcher {
  const has = (labels: Labels): boolean => labels?.[key] !== undefined;
  const oneOf = new Set(values);
  switch (operator) {
    case 'In':
      return (labels) => has(labels) && oneOf.has(labels?.[key] ?? '');
    case 'NotIn':
      return (labels) => !has(labels) || !oneOf.has(labels?.[key] ?? '');
    case 'Exists':
      return has;
    case 'DoesNotExist':
      return (labels) => !has(labels);
    default:
      return () => false;
  }
}

/** Every label of `wanted` has its value. */
export function matchesAll(wanted: Labels, labels: Labels): boolean {
  return Object.entries(wanted ?? {}).every(([key, value]) => labels?.[key] === value);
}

/** Absent selects nothing, empty selects everything. */
export function selectorOf(selector: DeepReadonly<LabelSelector> | null | undefined): Matcher {
  if (selector === null || selector === undefined) return () => false;
  const requirements = (selector.matchExpressions ?? []).map(requirement);
  return (labels) => matchesAll(selector.matchLabels, labels) && requirements.every((matches) => matches(labels));
}

export function isEmptySelector(selector: DeepReadonly<LabelSelector> | null | undefined): boolean {
  return Object.keys(selector?.matchLabels ?? {}).length === 0 && (selector?.matchExpressions ?? []).length === 0;
}
