/** What is wrong with the expressions of policies and webhooks, as mistakes of fields. What they may name stands in apimachinery/cel/admission.ts. Behaves like upstream pkg/apis/admissionregistration/validation (validateCELCondition). */
import { compileExpression, compileVariables, type Declared, type Expression } from '../../../apimachinery/cel/admission.ts';
import type { CelType } from '../../../apimachinery/cel/types.ts';
import type { Variable } from '../../../apimachinery/types/admissionregistration.gen.ts';
import { internalError, invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';

export { CONDITIONAL, TEXT, TEXT_OR_NULL, type Declared } from '../../../apimachinery/cel/admission.ts';

/** What keeps an expression from being compiled, or from being of one of these types. `value`: shown as the wrong value. */
export function expressionErrors(expression: string, types: readonly CelType[], declared: Declared, path: Path, value = expression): FieldError[] {
  return mistakes(compileExpression(expression, types, declared), path, value);
}

/** Each variable's mistakes, and the types of all. */
export function variableTypes(variables: readonly Variable[], hasParams: boolean, pathOf: (index: number) => Path): { readonly types: ReadonlyMap<string, CelType>; readonly errors: ReadonlyMap<number, FieldError> } {
  const written = [...variables.entries()].filter(([, { expression }]) => expression.trim() !== '');
  const { types, expressions } = compileVariables(written.map(([, variable]) => variable), hasParams);
  const mistakesOf = (at: number, i: number): FieldError[] => expressions.slice(at, at + 1).flatMap((compiled) => mistakes(compiled, pathOf(i), compiled.source));
  const errors = written.flatMap(([i], at) => mistakesOf(at, i).map((error) => [i, error] as const));
  return { types, errors: new Map(errors) };
}

function mistakes({ error, isInternal }: Expression, path: Path, value: string): FieldError[] {
  if (error === undefined) return [];
  return [isInternal ? internalError(path, error) : invalid(path, value, error)];
}
