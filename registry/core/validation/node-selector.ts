/** Node selectors and topology selectors. Behaves like upstream pkg/apis/core/validation/validation.go. */
import type {
  NodeSelector,
  NodeSelectorRequirement,
  NodeSelectorTerm,
  PreferredSchedulingTerm,
} from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, NOTHING, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { qualifiedName } from './fields.ts';
import { each, isValidLabelValue, nameIsDNSSubdomain } from './format.ts';

const NOT_AN_OPERATOR = 'not a valid selector operator';

function requirement(r: NodeSelectorRequirement, allowInvalidValues: boolean, path: Path, errors: FieldError[]): void {
  const values = r.values ?? NOTHING;
  const at = path.child('values');
  if (r.operator === 'In' || r.operator === 'NotIn') {
    if (values.length === 0) errors.push(required(at, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (r.operator === 'Exists' || r.operator === 'DoesNotExist') {
    if (values.length > 0) errors.push(forbidden(at, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
  } else if (r.operator === 'Gt' || r.operator === 'Lt') {
    if (values.length !== 1) errors.push(required(at, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
  } else errors.push(invalid(path.child('operator'), r.operator, NOT_AN_OPERATOR));
  qualifiedName(r.key, path.child('key'), errors);
  if (!allowInvalidValues) values.forEach((v, i) => each(at.index(i), v, isValidLabelValue(v), errors));
}

function fieldRequirement(r: NodeSelectorRequirement, path: Path, errors: FieldError[]): void {
  const values = r.values ?? NOTHING;
  const at = path.child('values');
  if (r.operator !== 'In' && r.operator !== 'NotIn') errors.push(invalid(path.child('operator'), r.operator, NOT_AN_OPERATOR));
  else if (values.length !== 1) errors.push(required(at, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
  if (r.key === 'metadata.name') values.forEach((v, i) => each(at.index(i), v, nameIsDNSSubdomain(v), errors));
  else errors.push(invalid(path.child('key'), r.key, 'not a valid field selector key'));
}

export function nodeSelectorTerm(term: NodeSelectorTerm, allowInvalidValues: boolean, path: Path, errors: FieldError[] = []): FieldError[] {
  term.matchExpressions?.forEach((r, i) => requirement(r, allowInvalidValues, path.child('matchExpressions').index(i), errors));
  term.matchFields?.forEach((r, i) => fieldRequirement(r, path.child('matchFields').index(i), errors));
  return errors;
}

export function nodeSelector(selector: NodeSelector, allowInvalidValues: boolean, path: Path, errors: FieldError[] = []): FieldError[] {
  const terms = path.child('nodeSelectorTerms');
  const list = selector.nodeSelectorTerms ?? NOTHING;
  if (list.length === 0) errors.push(required(terms, 'must have at least one node selector term'));
  list.forEach((term, i) => nodeSelectorTerm(term, allowInvalidValues, terms.index(i), errors));
  return errors;
}

export function weight(n: number, path: Path, errors: FieldError[] = []): FieldError[] {
  if (n <= 0 || n > 100) errors.push(invalid(path.child('weight'), n, 'must be in the range 1-100'));
  return errors;
}

export function preferredTerms(terms: readonly PreferredSchedulingTerm[], path: Path, errors: FieldError[]): void {
  terms.forEach((t, i) => {
    weight(t.weight, path.index(i), errors);
    nodeSelectorTerm(t.preference, true, path.index(i).child('preference'), errors);
  });
}
