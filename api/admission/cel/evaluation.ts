/**
 * Evaluates the expressions of a webhook or a policy for one request, within a budget of cost. Asked by ../match-conditions.ts and ../policy; expressions are compiled by apimachinery/cel/admission.ts.
 * Behaves like upstream apiserver/pkg/admission/plugin/cel/{activation,condition,composition}.go.
 */
import type { Expression } from '../../../apimachinery/cel/admission.ts';
import { AuthorizerValue } from '../../../apimachinery/cel/library/authorizer.ts';
import type { Activation } from '../../../apimachinery/cel/program.ts';
import { Failure, fromJson, LazyMap, type Result, type Value } from '../../../apimachinery/cel/values.ts';
import { goQuote } from '../../../apimachinery/go-text.ts';
import type { Namespace } from '../../../apimachinery/types/core.gen.ts';
import type { Obj } from '../../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Clock } from '../../../component-base/clock.ts';
import { nextTurn } from '../../../component-base/turn.ts';
import type { Attributes } from '../interface.ts';
import { requestOf, type Invocation, type VersionedObjects } from '../matching/versions.ts';
import type { Answers } from './answers.ts';

/** Of one evaluation. */
const PER_CALL_LIMIT = 1_000_000;
/** Of all expressions of one kind (validations with their messages, audit annotations) of a policy, for one binding and parameter. */
export const RUNTIME_COST_BUDGET = 10_000_000;
/** Of all match conditions of a webhook, or of a policy for one binding and parameter. */
export const MATCH_CONDITIONS_COST_BUDGET = 2_500_000;

/** What expressions see. */
export interface Inputs extends Invocation, VersionedObjects {
  readonly attributes: Attributes;
  /** Undefined: null. */
  readonly params: DeepReadonly<Obj> | undefined;
  readonly namespace: DeepReadonly<Namespace> | undefined;
}

/** Names and expressions, in order. */
export type Variables = ReadonlyMap<string, Expression>;

/** Either a value or an error in upstream's words; elapsed: milliseconds. */
export interface Evaluated {
  readonly value?: Value;
  readonly error?: string;
  readonly elapsed: number;
}

/** No more expressions of this kind are evaluated. */
export class OutOfBudget extends Error {
  constructor() {
    super('validation failed due to running out of cost budget, no further validation rules will be run');
  }
}

/** `answers` undefined: expressions may not ask the authorizer. */
export function activationOf(inputs: Inputs, answers: Answers | undefined): ReadonlyMap<string, Result> {
  const { attributes: a } = inputs;
  const out = new Map<string, Result>([
    ['object', fromJson(inputs.object ?? null)],
    ['oldObject', fromJson(inputs.oldObject ?? null)],
    ['params', fromJson(inputs.params ?? null)],
    ['request', fromJson({ ...requestOf(a, inputs), dryRun: a.dryRun, options: a.options ?? null })],
    ['namespaceObject', fromJson(namespaceSeen(inputs.namespace))],
  ]);
  if (!answers) return out;
  const authorizer = new AuthorizerValue(a.user, answers.ask);
  const { group, resource } = a.resource;
  return out.set('authorizer', authorizer).set('authorizer.requestResource', authorizer.resourceCheck({ group, resource, subresource: a.subresource, namespace: a.namespace, name: a.name }));
}

function namespaceSeen(namespace: DeepReadonly<Namespace> | undefined): unknown {
  if (!namespace) return null;
  const { managedFields: _fields, ownerReferences: _owners, ...metadata } = namespace.metadata;
  return { metadata, spec: namespace.spec, status: namespace.status };
}

export interface Evaluating {
  readonly variables: Variables;
  readonly activation: ReadonlyMap<string, Result>;
  readonly answers: Answers;
  readonly clock: Clock;
}

/** The results in order, undefined where no expression stands, and what is left of the budget. Throws OutOfBudget. Other requests get their turn between expressions that cost much. */
export async function evaluateAll(expressions: readonly (Expression | undefined)[], { variables, activation: given, answers, clock }: Evaluating, budget: number): Promise<{ readonly results: readonly (Evaluated | undefined)[]; readonly remaining: number }> {
  const meter: Meter = { ofVariables: 0 };
  const activation = new Map<string, Result>(given);
  activation.set('variables', lazyVariables(variables, activation, meter));
  const results: (Evaluated | undefined)[] = [];
  let remaining = budget;
  for (const expression of expressions) {
    const settled = expression && answers.settle(() => evaluate(expression, activation, clock));
    const { cost = 0, ...evaluated } = (settled instanceof Promise ? await settled : settled) ?? {};
    results.push(expression && { elapsed: 0, ...evaluated });
    const before = remaining;
    remaining = spent(spent(remaining, meter.ofVariables), cost);
    meter.ofVariables = 0;
    if (before - remaining > COST_OF_A_TURN) await nextTurn();
  }
  return { results, remaining };
}

/** Some milliseconds. */
const COST_OF_A_TURN = 100_000;

interface Meter {
  /** Since the last expression; what is evaluated anew because an answer had to be waited for uses those that are known. */
  ofVariables: number;
}

function spent(remaining: number, cost: number): number {
  if (cost > remaining) throw new OutOfBudget();
  return remaining - cost;
}

function evaluate({ source, error, program }: Expression, activation: Activation, clock: Clock): Evaluated & { readonly cost: number } {
  if (!program) return { error: `compilation error: ${error ?? ''}`, elapsed: 0, cost: 0 };
  const started = clock.monotonic();
  const { value, cost } = program.evaluate(activation, PER_CALL_LIMIT);
  const elapsed = clock.monotonic() - started;
  return value instanceof Failure ? { error: `expression '${source}' resulted in error: ${value.message}`, elapsed, cost } : { value, elapsed, cost };
}

/** Each is evaluated when an expression asks for it, once. */
function lazyVariables(variables: Variables, activation: Activation, meter: Meter): LazyMap {
  return new LazyMap(new Map([...variables].map(([name, expression]) => [name, () => variable(name, expression, activation, meter)])));
}

function variable(name: string, { error, program }: Expression, activation: Activation, meter: Meter): Result {
  if (!program) return new Failure(`composited variable ${goQuote(name)} fails to compile: ${error ?? ''}`);
  const { value, cost } = program.evaluate(activation, PER_CALL_LIMIT);
  meter.ofVariables += cost;
  return value instanceof Failure ? new Failure(`composited variable ${goQuote(name)} fails to evaluate: ${value.message}`) : value;
}
