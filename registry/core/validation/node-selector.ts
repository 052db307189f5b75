/** Node selectors and topology selectors. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type {
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PreferredSchedulingTerm,
} from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { qualifiedName } from './fields.ts';
import { each, isValidLabelValue, nameIsDNSSubdomain } from './format.ts';

const NOT_AN_OPERATOR = 'not a valid selector operator';

function requirement(r: NodeSelectorRequirement, allowInvalidValues: boolean, path: Path): FieldError[] {
  const values = r.values ?? [];
  const at = path.child('values');
  const errors: FieldError[] = [];
  if (r.operator === 'In' || r.operator === 'NotIn') {
    if (values.length === 0) errors.push(required(at, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (r.operator === 'Exists' || r.operator === 'DoesNotExist') {
    if (values.length > 0) errors.push(forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else if (r.operator === 'Gt' || r.operator === 'Lt') {
    if (values.length !== 1) errors.push(required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
  } else errors.push(invalid(path.child('operator'), r.operator, NOT_AN_OPERATOR));
  errors.push(...qualifiedName(r.key, path.child('key')));
  return allowInvalidValues ? errors : [...errors, ...values.flatMap((v, i) => each(at.index(i), v, isValidLabelValue(v)))];
}

function fieldRequirement(r: NodeSelectorRequirement, path: Path): FieldError[] {
  const values = r.values ?? [];
  const at = path.child('values');
  const isKnown = r.operator === 'In' || r.operator === 'NotIn';
  const shape = isKnown
    ? values.length === 1
      ? []
      : [required(at, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector")]
    : [invalid(path.child('operator'), r.operator, NOT_AN_OPERATOR)];
  if (r.key !== 'metadata.name') return [...shape, invalid(path.child('key'), r.key, 'not a valid field selector key')];
  return [...shape, ...values.flatMap((v, i) => each(at.index(i), v, nameIsDNSSubdomain(v)))];
}

export function nodeSelectorTerm(term: NodeSelectorTerm, allowInvalidValues: boolean, path: Path): FieldError[] {
  return [
    ...(term.matchExpressions ?? []).flatMap((r, i) => requirement(r, allowInvalidValues, path.child('matchExpressions').index(i))),
    ...(term.matchFields ?? []).flatMap((r, i) => fieldRequirement(r, path.child('matchFields').index(i))),
  ];
}

export function nodeSelector(selector: NodeSelector, allowInvalidValues: boolean, path: Path): FieldError[] {
  const terms = path.child('nodeSelectorTerms');
  const list = selector.nodeSelectorTerms ?? [];
  if (list.length === 0) return [required(terms, 'must have at least one node selector term')];
  return list.flatMap((term, i) => nodeSelectorTerm(term, allowInvalidValues, terms.index(i)));
}

export const weight = (n: number, path: Path): FieldError[] =>
  n <= 0 || n > 100 ? [invalid(path.child('weight'), n, 'must be in the range 1-100')] : [];

export function preferredTerms(terms: readonly PreferredSchedulingTerm[] | undefined, path: Path): FieldError[] {
  return (terms ?? []).flatMap((t, i) => [
    ...weight(t.weight, path.index(i)),
    ...nodeSelectorTerm(t.preference, true, path.index(i).child('preference')),
  ]);
}
