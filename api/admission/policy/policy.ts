/**
 * A ValidatingAdmissionPolicy made ready: its expressions compiled, its selectors read. ./source.ts keeps them, ./dispatch.ts asks them, ./decide.ts evaluates.
 * Behaves like upstream apiserver/pkg/admission/plugin/policy/validating/plugin.go (compilePolicy).
 */
import { compileExpression, compileVariables, CONDITIONAL, TEXT, TEXT_OR_NULL, type Expression } from '../../../apimachinery/cel/admission.ts';
import type { AuditAnnotation, ParamKind, ValidatingAdmissionPolicy, Validation } from '../../../apimachinery/types/admissionregistration.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Variables } from '../cel/evaluation.ts';
import { compileMatchConditions, type MatchConditions } from '../match-conditions.ts';
import { constraintsOf, type Constraints } from './matching.ts';

/** The lists of expressions run parallel to what they stand in. */
export interface Policy {
  readonly name: string;
  readonly constraints: Constraints;
  readonly paramKind: DeepReadonly<ParamKind> | undefined;
  readonly ignoresFailures: boolean;
  /** Absent: there are none. */
  readonly conditions: MatchConditions | undefined;
  readonly variables: Variables;
  readonly validations: readonly DeepReadonly<Validation>[];
  readonly checks: readonly Expression[];
  /** Undefined where a validation has no messageExpression. */
  readonly messages: readonly (Expression | undefined)[];
  readonly auditAnnotations: readonly DeepReadonly<AuditAnnotation>[];
  readonly auditValues: readonly Expression[];
}

export function compilePolicy({ metadata, spec }: DeepReadonly<ValidatingAdmissionPolicy>): Policy {
  const { paramKind, matchConditions = [], validations = [], auditAnnotations = [], variables = [] } = spec;
  const hasParams = paramKind !== undefined;
  const { types, expressions } = compileVariables(variables, hasParams);
  const declared = { variables: types, hasParams, hasAuthorizer: true };
  const byName = new Map(variables.flatMap(({ name }, i) => expressions.slice(i, i + 1).map((expression) => [name, expression] as const)));
  const ofMessages = { ...declared, hasAuthorizer: false };
  return {
    name: metadata.name ?? '',
    constraints: constraintsOf(spec.matchConstraints ?? {}),
    paramKind,
    ignoresFailures: spec.failurePolicy === 'Ignore',
    conditions: matchConditions.length === 0 ? undefined : compileMatchConditions(matchConditions, declared, byName),
    variables: byName,
    validations,
    checks: validations.map(({ expression }) => compileExpression(expression, CONDITIONAL, declared)),
    messages: validations.map(({ messageExpression }) => (messageExpression ? compileExpression(messageExpression, TEXT, ofMessages) : undefined)),
    auditAnnotations,
    auditValues: auditAnnotations.map(({ valueExpression }) => compileExpression(valueExpression, TEXT_OR_NULL, declared)),
  };
}
