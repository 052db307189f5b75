/** Labels and label selectors inside objects. Behaves like upstream apimachinery/pkg/apis/meta/v1/validation. */
import type { LabelSelector, LabelSelectorRequirement } from '../types/meta.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { forbidden, invalid, NOTHING, required, type FieldError, type Path } from './field.ts';
import { isQualifiedName, isValidLabelValue } from './label.ts';

export interface LabelSelectorValidationOptions {
  /** Only where an object already holds one. */
  readonly allowInvalidLabelValueInSelector?: boolean;
  /** Where a broader check follows (SubjectAccessReviews). */
  readonly allowUnknownOperatorInRequirement?: boolean;
}

export function validateLabelName(name: string, path: Path, errors: FieldError[] = []): FieldError[] {
  for (const message of isQualifiedName(name)) errors.push(invalid(path, name, message));
  return errors;
}

export function validateLabels(labels: DeepReadonly<Record<string, string>> | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  for (const key in labels) {
    const value = labels[key] as string;
    for (const message of isQualifiedName(key)) errors.push(invalid(path, key, message));
    for (const message of isValidLabelValue(value)) errors.push(invalid(path, value, message));
  }
  return errors;
}

export function labelSelectorHasInvalidLabelValue(selector: DeepReadonly<LabelSelector> | undefined): boolean {
  return (selector?.matchExpressions ?? []).some((expression) =>
    (expression.values ?? []).some((value) => isValidLabelValue(value).length > 0),
  );
}

export function validateLabelSelector(
  selector: DeepReadonly<LabelSelector> | undefined | null,
  path: Path,
  options: LabelSelectorValidationOptions = {},
  errors: FieldError[] = [],
): FieldError[] {
  if (!selector) return errors;
  validateLabels(selector.matchLabels, path.child('matchLabels'), errors);
  selector.matchExpressions?.forEach((expression, i) =>
    validateLabelSelectorRequirement(expression, path.child('matchExpressions').index(i), options, errors),
  );
  return errors;
}

export function validateLabelSelectorRequirement(
  requirement: DeepReadonly<LabelSelectorRequirement>,
  path: Path,
  options: LabelSelectorValidationOptions = {},
  errors: FieldError[] = [],
): FieldError[] {
  const values = requirement.values ?? NOTHING;
  operatorErrors(requirement.operator ?? '', values.length, path, options, errors);
  validateLabelName(requirement.key ?? '', path.child('key'), errors);
  if (!options.allowInvalidLabelValueInSelector)
    values.forEach((value, i) => {
      for (const message of isValidLabelValue(value)) errors.push(invalid(path.child('values').index(i), value, message));
    });
  return errors;
}

function operatorErrors(operator: string, count: number, path: Path, options: LabelSelectorValidationOptions, errors: FieldError[]): void {
  switch (operator) {
    case 'In':
    case 'NotIn':
      if (count === 0) errors.push(required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'"));
      return;
    case 'Exists':
    case 'DoesNotExist':
      if (count > 0) errors.push(forbidden(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
      return;
    default:
      if (!options.allowUnknownOperatorInRequirement) errors.push(invalid(path.child('operator'), operator, 'not a valid selector operator'));
  }
}

/** Of a SubjectAccessReview's field selector. */
export function validateFieldSelectorRequirement(
  requirement: DeepReadonly<LabelSelectorRequirement>,
  path: Path,
  options: LabelSelectorValidationOptions = {},
  errors: FieldError[] = [],
): FieldError[] {
  if (!requirement.key) errors.push(required(path.child('key'), 'must be specified'));
  operatorErrors(requirement.operator ?? '', requirement.values?.length ?? 0, path, options, errors);
  return errors;
}
