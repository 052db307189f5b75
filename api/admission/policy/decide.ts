/** What a policy says of a request, for one binding and parameter. Behaves like upstream apiserver/pkg/admission/plugin/policy/validating/validator.go. */
import type { Expression } from '../../../apimachinery/cel/admission.ts';
import { typeName, type Value } from '../../../apimachinery/cel/values.ts';
import type { StatusReason } from '../../../apimachinery/errors.ts';
import { utf8Length } from '../../../apimachinery/cel/library/texts.ts';
import type { Validation } from '../../../apimachinery/types/admissionregistration.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Clock } from '../../../component-base/clock.ts';
import type { Answers } from '../cel/answers.ts';
import { activationOf, evaluateAll, OutOfBudget, RUNTIME_COST_BUDGET, type Evaluated, type Evaluating, type Inputs } from '../cel/evaluation.ts';
import type { ConditionObserver } from '../match-conditions.ts';
import type { Policy } from './policy.ts';

/** Of one validation, in their order; elapsed: milliseconds. */
export interface Decision {
  readonly isDenied: boolean;
  readonly evaluation: 'admit' | 'error' | 'deny';
  readonly message: string;
  readonly reason?: StatusReason;
  readonly elapsed: number;
}

/** Of one audit annotation that has a value, or could not be evaluated. */
export interface AuditAnnotationResult {
  readonly key: string;
  readonly value?: string;
  readonly error?: string;
  readonly elapsed: number;
}

export interface Verdict {
  readonly decisions: readonly Decision[];
  readonly auditAnnotations: readonly AuditAnnotationResult[];
}

const MAX_MESSAGE_BYTES = 5 * 1024;
const NOTHING: Verdict = { decisions: [], auditAnnotations: [] };

export async function decide(policy: Policy, inputs: Inputs, answers: Answers, observer: ConditionObserver): Promise<Verdict> {
  const outcome = policy.conditions && (await policy.conditions.matches(inputs, answers, observer));
  if (outcome && 'error' in outcome) return policy.ignoresFailures ? NOTHING : failure(policy, outcome.error.message);
  if (outcome && !outcome.matched) return NOTHING;
  try {
    return await evaluated(policy, inputs, answers, observer.clock);
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return failure(policy, error.message);
  }
}

/** Instead of all that the policy would have said. */
function failure({ ignoresFailures }: Policy, message: string): Verdict {
  return { decisions: [{ isDenied: !ignoresFailures, evaluation: 'error', message, elapsed: 0 }], auditAnnotations: [] };
}

async function evaluated(policy: Policy, inputs: Inputs, answers: Answers, clock: Clock): Promise<Verdict> {
  const evaluating = { variables: policy.variables, activation: activationOf(inputs, answers), answers, clock };
  const { results, remaining } = await evaluateAll(policy.checks, evaluating, RUNTIME_COST_BUDGET);
  const isPlain = policy.auditValues.length === 0 && !policy.messages.some((m) => m);
  const withoutAuthorizer = isPlain ? evaluating : { ...evaluating, activation: activationOf(inputs, undefined) };
  const messages = await messagesOf(policy, withoutAuthorizer, remaining);
  const decisions = policy.validations.map((validation, i) => decisionOf(policy, validation, results[i], messages instanceof OutOfBudget ? messages : messages[i]));
  const audited = (await evaluateAll(policy.auditValues, withoutAuthorizer, RUNTIME_COST_BUDGET)).results;
  return { decisions, auditAnnotations: policy.auditAnnotations.flatMap(({ key }, i) => annotationOf(policy, key, policy.auditValues[i], audited[i])) };
}

type Messages = readonly (Evaluated | undefined)[] | OutOfBudget;

async function messagesOf({ messages }: Policy, evaluating: Evaluating, budget: number): Promise<Messages> {
  try {
    return (await evaluateAll(messages, evaluating, budget)).results;
  } catch (error) {
    if (!(error instanceof OutOfBudget)) throw error;
    return error;
  }
}

function decisionOf({ ignoresFailures }: Policy, validation: DeepReadonly<Validation>, result: Evaluated | undefined, message: Evaluated | OutOfBudget | undefined): Decision {
  const elapsed = result?.elapsed ?? 0;
  const problem = result?.error ?? (message instanceof OutOfBudget ? `failed messageExpression: ${message.message}` : undefined);
  if (problem !== undefined) return { isDenied: !ignoresFailures, evaluation: 'error', message: problem, elapsed };
  if (result?.value === true) return { isDenied: false, evaluation: 'admit', message: '', elapsed };
  const reason = (validation.reason ?? 'Invalid') as StatusReason;
  return { isDenied: true, evaluation: 'deny', message: messageOf(validation, message instanceof OutOfBudget ? undefined : message?.value), reason, elapsed };
}

/** That of the messageExpression when it is one line, else the message, else the expression. */
function messageOf({ expression, message }: DeepReadonly<Validation>, evaluatedMessage: Value | undefined): string {
  const made = typeof evaluatedMessage === 'string' ? trimSpace(evaluatedMessage) : '';
  if (made !== '' && utf8Length(made) <= MAX_MESSAGE_BYTES && !made.includes('\n')) return made;
  const written = trimSpace(message ?? '');
  return written === '' ? `failed expression: ${trimSpace(expression)}` : written;
}

function annotationOf({ ignoresFailures }: Policy, key: string, expression: Expression | undefined, result: Evaluated | undefined): readonly AuditAnnotationResult[] {
  const { value, error, elapsed = 0 } = result ?? {};
  if (error !== undefined) return ignoresFailures ? [] : [{ key, error, elapsed }];
  if (value === null || value === undefined) return [];
  if (typeof value !== 'string') return [{ key, error: `valueExpression '${expression?.source ?? ''}' resulted in unsupported return type: ${typeName(value)}. Return type must be either string or null.`, elapsed }];
  const text = trimSpace(value);
  return text === '' ? [] : [{ key, value: text, elapsed }];
}

/** What Go takes for space. */
const trimSpace = (text: string): string => text.replace(/^[\t-\r \x85\xA0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r \x85\xA0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g, '');
