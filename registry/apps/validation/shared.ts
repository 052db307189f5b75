/** What the validation of the workloads shares. Behaves like upstream pkg/apis/apps/validation/validation.go. */
import { intValue, type IntOrString } from '../../../apimachinery/intstr.ts';
import type { LabelSelector } from '../../../apimachinery/types/meta.gen.ts';
import { invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { isEmptySelector, labelSelector, nonNegative, type SelectorOptions } from '../../core/validation/fields.ts';
import { each, isQualifiedName, isValidLabelValue, isValidPercent } from '../../core/validation/format.ts';

export function intOrPercent(value: IntOrString | undefined, path: Path): FieldError[] {
  return typeof value === 'string' ? each(path, value, isValidPercent(value)) : nonNegative(value, path);
}

const percentage = (value: IntOrString | undefined): number | undefined =>
  typeof value === 'string' && isValidPercent(value).length === 0 ? Number(value.slice(0, -1)) : undefined;

/** The percentage or the number. */
export const amount = (value: IntOrString | undefined): number => percentage(value) ?? intValue(value ?? 0);

export function atMostAll(value: IntOrString | undefined, path: Path): FieldError[] {
  return (percentage(value) ?? 0) > 100 ? [invalid(path, value, 'must not be greater than 100%')] : [];
}

export function selector(value: LabelSelector | null | undefined, path: Path, kind: string, options: SelectorOptions = {}): FieldError[] {
  if (!value) return [required(path)];
  return [
    ...labelSelector(value, path, options),
    ...(isEmptySelector(value) ? [invalid(path, value, `empty selector is invalid for ${kind}`)] : []),
  ];
}

const OPERATORS = ['In', 'NotIn', 'Exists', 'DoesNotExist'];

/** Whether a selector can be used at all: else its match with labels is not asked. */
export function isUsable(value: LabelSelector | null | undefined): boolean {
  if (!value) return true;
  const pairs = Object.entries(value.matchLabels ?? {});
  if (!pairs.every(([k, v]) => isQualifiedName(k).length === 0 && isValidLabelValue(v).length === 0)) return false;
  return (value.matchExpressions ?? []).every((e) => {
    const values = e.values ?? [];
    const takesValues = e.operator === 'In' || e.operator === 'NotIn';
    return (
      OPERATORS.includes(e.operator) &&
      isQualifiedName(e.key).length === 0 &&
      takesValues === values.length > 0 &&
      values.every((v) => isValidLabelValue(v).length === 0)
    );
  });
}
