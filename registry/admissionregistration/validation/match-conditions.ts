/** Conditions on requests, in CEL. Behaves like upstream pkg/apis/admissionregistration/validation/validation.go (validateMatchConditions). */
import type { MatchCondition } from '../../../apimachinery/types/admissionregistration.gen.ts';
import { duplicate, required, tooMany, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { qualifiedName } from '../../core/validation/fields.ts';
import { CONDITIONAL, expressionErrors } from './expressions.ts';

const MOST = 64;

export const isBlank = (text: string | undefined): boolean => (text ?? '').trim() === '';

/** `hasParams`: of a policy with parameters. */
export function matchConditions(list: readonly MatchCondition[] | undefined, path: Path, hasParams = false): FieldError[] {
  const conditions = list ?? [];
  const names = conditions.map((c) => c.name);
  return [
    ...(conditions.length > MOST ? [tooMany(path, conditions.length, MOST)] : []),
    ...conditions.flatMap(({ name, expression }, i) => [
      ...(isBlank(expression)
        ? [required(path.index(i).child('expression'))]
        : expressionErrors(expression.trim(), CONDITIONAL, { hasParams, hasAuthorizer: true }, path.index(i).child('expression'))),
      ...(name ? qualifiedName(name, path.index(i).child('name')) : [required(path.index(i).child('name'))]),
      ...(name && names.indexOf(name) < i ? [duplicate(path.index(i).child('name'), name)] : []),
    ]),
  ];
}
