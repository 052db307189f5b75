/** Labels and label selectors inside objects. Behaves like upstream apimachinery/pkg/apis/meta/v1/validation. */
import type { LabelSelector, LabelSelectorRequirement } from '../types/meta.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { forbidden, invalid, required, type ErrorList, type FieldError, type Path } from './field.ts';
import { isQualifiedName, isValidLabelValue } from './label.ts';

export interface LabelSelectorValidationOptions {
  /** Only where an object already holds one. */
  readonly allowInvalidLabelValueInSelector?: boolean;
  /** Where a broader check follows (SubjectAccessReviews). */
  readonly allowUnknownOperatorInRequirement?: boolean;
}

export function validateLabelName(name: string, path: Path): ErrorList {
  return isQualifiedName(name).map((message) => invalid(path, name, message));
}

export function validateLabels(labels: DeepReadonly<Record<string, string>> | undefined, path: Path): ErrorList {
  const errors: FieldError[] = [];
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
): ErrorList {
  if (!selector) return [];
  const expressions = selector.matchExpressions ?? [];
  return [
    ...validateLabels(selector.matchLabels, path.child('matchLabels')),
    ...expressions.flatMap((expression, i) =>
      validateLabelSelectorRequirement(expression, path.child('matchExpressions').index(i), options),
    ),
  ];
}

export function validateLabelSelectorRequirement(
  requirement: DeepReadonly<LabelSelectorRequirement>,
  path: Path,
  options: LabelSelectorValidationOptions = {},
): ErrorList {
  const values = requirement.values ?? [];
  const errors = [
    ...operatorErrors(requirement.operator ?? '', values.length, path, options),
    ...validateLabelName(requirement.key ?? '', path.child('key')),
  ];
  if (options.allowInvalidLabelValueInSelector) return errors;
  return [
    ...errors,
    ...values.flatMap((value, i) => isValidLabelValue(value).map((message) => invalid(path.child('values').index(i), value, message))),
  ];
}

function operatorErrors(operator: string, count: number, path: Path, options: LabelSelectorValidationOptions): ErrorList {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return count === 0 ? [required(path.child('values'), "must be specified when `operator` is 'In' or 'NotIn'")] : [];
    case 'Exists':
    case 'DoesNotExist':
      return count > 0 ? [forbidden(path.child('values'), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")] : [];
    default:
      return options.allowUnknownOperatorInRequirement ? [] : [invalid(path.child('operator'), operator, 'not a valid selector operator')];
  }
}

/** Of a SubjectAccessReview's field selector. */
export function validateFieldSelectorRequirement(
  requirement: DeepReadonly<LabelSelectorRequirement>,
  path: Path,
  options: LabelSelectorValidationOptions = {},
): ErrorList {
  const missing = requirement.key ? [] : [required(path.child('key'), 'must be specified')];
  return [...missing, ...operatorErrors(requirement.operator ?? '', requirement.values?.length ?? 0, path, options)];
}
