/**
 * Match conditions of webhooks and policies: whether a request is their business. Asked by ./webhook and ./policy, evaluated by ./cel.
 * Behaves like upstream apiserver/pkg/admission/plugin/webhook/matchconditions/matcher.go and admission/metrics.
 */
import { compileExpression, CONDITIONAL, type Declared } from '../../apimachinery/cel/admission.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Counter, Histogram, Metrics } from '../../component-base/metrics.ts';
import type { Answers } from './cel/answers.ts';
import { activationOf, evaluateAll, MATCH_CONDITIONS_COST_BUDGET, OutOfBudget, type Inputs, type Variables } from './cel/evaluation.ts';
import type { Operation } from './interface.ts';

export interface MatchCondition {
  readonly name: string;
  readonly expression: string;
}

/** error: what could not be evaluated, in upstream's words; whether that refuses the request is up to the failure policy. */
export type MatchOutcome = { readonly matched: boolean } | { readonly error: Error };

export interface MatchConditions {
  /** A condition that is false wins over those that fail. `namespaceObject` is always null. */
  matches(inputs: Inputs, answers: Answers, observer: ConditionObserver): Promise<MatchOutcome>;
}

const WEBHOOK: Declared = { hasParams: false, hasAuthorizer: true };
const NONE: Variables = new Map();

/** Compiles once; expressions that do not compile fail when they are asked. */
export function compileMatchConditions(conditions: readonly MatchCondition[], declared: Declared = WEBHOOK, variables: Variables = NONE): MatchConditions {
  const expressions = conditions.map(({ expression }) => compileExpression(expression, CONDITIONAL, declared));
  const decide = async (inputs: Inputs, answers: Answers, clock: Clock): Promise<Decided> => {
    try {
      const { results } = await evaluateAll(expressions, { variables, activation: activationOf({ ...inputs, namespace: undefined }, answers), answers, clock }, MATCH_CONDITIONS_COST_BUDGET);
      const isFalse = results.findIndex((result) => result?.value === false);
      const seen = isFalse < 0 ? results : results.slice(0, isFalse);
      const failures = seen.flatMap((result) => (result?.error === undefined ? [] : [result.error]));
      if (isFalse >= 0) return { outcome: { matched: false }, failures: failures.length };
      return { outcome: failures.length > 0 ? { error: new Error(aggregate(failures)) } : { matched: true }, failures: failures.length };
    } catch (error) {
      if (!(error instanceof OutOfBudget)) throw error;
      return { outcome: { error }, failures: 0 };
    }
  };
  return {
    async matches(inputs, answers, observer) {
      const started = observer.clock.monotonic();
      const { outcome, failures } = await decide(inputs, answers, observer.clock);
      observer.evaluated(outcome, failures, observer.clock.monotonic() - started);
      return outcome;
    },
  };
}

interface Decided {
  readonly outcome: MatchOutcome;
  readonly failures: number;
}

/** As upstream's utilerrors.NewAggregate writes it. */
function aggregate(messages: readonly string[]): string {
  const unique = [...new Set(messages)];
  return unique.length === 1 ? unique.join('') : `[${unique.join(', ')}]`;
}

/** What is counted of one evaluation. */
export interface ConditionObserver {
  readonly clock: Clock;
  evaluated(outcome: MatchOutcome, failures: number, elapsedMs: number): void;
}

const BUCKETS = [0.001, 0.005, 0.01, 0.025, 0.1, 0.2, 0.25];
const made = new WeakMap<Metrics, ConditionMetrics>();

export class ConditionMetrics {
  readonly #clock: Clock;
  readonly #errors: Counter;
  readonly #durations: Histogram;

  private constructor(metrics: Metrics, clock: Clock) {
    this.#clock = clock;
    this.#errors = metrics.counter('apiserver_admission_match_condition_evaluation_errors_total', 'Match conditions that could not be evaluated, by name of what has them, its kind (webhook or policy), operation and type.');
    this.#durations = metrics.histogram('apiserver_admission_match_condition_evaluation_seconds', 'How long match conditions took, by name of what has them, its kind (webhook or policy), operation and type.', BUCKETS);
  }

  /** Webhooks and policies count in the same metrics. */
  static of({ metrics, clock }: { readonly metrics: Metrics; readonly clock: Clock }): ConditionMetrics {
    let found = made.get(metrics);
    if (!found) made.set(metrics, (found = new ConditionMetrics(metrics, clock)));
    return found;
  }

  of(name: string, kind: 'webhook' | 'policy', type: string, operation: Operation): ConditionObserver {
    const labels = { name, kind, type, operation };
    return {
      clock: this.#clock,
      evaluated: (outcome, failures, elapsedMs) => {
        if (failures > 0) this.#errors.with(labels).inc(failures);
        if (!('matched' in outcome && outcome.matched)) this.#durations.with(labels).observe(elapsedMs / 1000);
      },
    };
  }
}
