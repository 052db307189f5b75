/** What is counted of policies. Behaves like upstream apiserver/pkg/admission/plugin/policy/validating/metrics. */
import type { Counter, Histogram, Metrics } from '../../../component-base/metrics.ts';
import type { Decision } from './decide.ts';

const BUCKETS = [0.0000005, 0.001, 0.01, 0.1, 1];

export class PolicyMetrics {
  readonly #checks: Counter;
  readonly #durations: Histogram;

  constructor(metrics: Metrics) {
    this.#checks = metrics.counter('apiserver_validating_admission_policy_check_total', 'Validations of admission policies that failed, by policy, binding, type of error and what came of it.');
    this.#durations = metrics.histogram('apiserver_validating_admission_policy_check_duration_seconds', 'How long validations of admission policies took, by policy, binding, type of error and what came of it.', BUCKETS);
  }

  checked(policy: string, binding: string, decision: Pick<Decision, 'evaluation' | 'message' | 'elapsed'>, action: 'allow' | 'deny' | 'audit' | 'warn'): void {
    const labels = { policy, policy_binding: binding, error_type: errorType(decision), enforcement_action: action };
    this.#checks.with(labels).inc();
    this.#durations.with(labels).observe(decision.elapsed / 1000);
  }
}

function errorType({ evaluation, message }: Pick<Decision, 'evaluation' | 'message'>): string {
  if (evaluation === 'admit') return 'no_error';
  if (message.startsWith('compilation')) return 'compile_error';
  return message.startsWith('validation failed due to running out of cost budget') ? 'out_of_budget' : 'invalid_error';
}
