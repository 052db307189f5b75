/** What is counted of webhooks. Behaves like upstream apiserver/pkg/admission/metrics. */
import type { Counter, Histogram, Metrics } from '../../../component-base/metrics.ts';
import type { Operation } from '../interface.ts';

export type Step = 'admit' | 'validating';
export type RejectionError = 'calling_webhook_error' | 'apiserver_internal_error' | 'no_error';

const BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];
const MAX_CODE = 600;
const made = new WeakMap<Metrics, WebhookMetrics>();

export class WebhookMetrics {
  readonly #durations: Histogram;
  readonly #requests: Counter;
  readonly #rejections: Counter;
  readonly #failOpen: Counter;
  readonly #exclusions: Counter;

  private constructor(metrics: Metrics) {
    this.#durations = metrics.histogram('apiserver_admission_webhook_admission_duration_seconds', 'How long admission webhooks took, by name, operation, type (validating or admit) and whether they rejected.', BUCKETS);
    this.#requests = metrics.counter('apiserver_admission_webhook_request_total', 'Requests to admission webhooks, by name, operation, type, HTTP status code (at most 600) and whether they were rejected.');
    this.#rejections = metrics.counter('apiserver_admission_webhook_rejection_count', 'Rejections by admission webhooks, by name, operation, type, kind of error (no_error: the webhook said no) and code (at most 600).');
    this.#failOpen = metrics.counter('apiserver_admission_webhook_fail_open_count', 'Failures of admission webhooks that were ignored, by name and type.');
    this.#exclusions = metrics.counter('apiserver_admission_match_condition_exclusions_total', 'Requests that match conditions kept from a webhook or policy.');
  }

  /** Both plug-ins count in the same metrics. */
  static of(metrics: Metrics): WebhookMetrics {
    let found = made.get(metrics);
    if (!found) made.set(metrics, (found = new WebhookMetrics(metrics)));
    return found;
  }

  call(name: string, type: Step, operation: Operation, code: number, rejected: boolean, elapsedMs: number): void {
    this.#requests.with({ name, type, operation, code: Math.min(code, MAX_CODE), rejected: String(rejected) }).inc();
    this.#durations.with({ name, type, operation, rejected: String(rejected) }).observe(elapsedMs / 1000);
  }

  rejection(name: string, type: Step, operation: Operation, errorType: RejectionError, code: number): void {
    this.#rejections.with({ name, type, operation, error_type: errorType, rejection_code: Math.min(code, MAX_CODE) }).inc();
  }

  failedOpen(name: string, type: Step): void {
    this.#failOpen.with({ name, type }).inc();
  }

  excluded(name: string, type: Step, operation: Operation): void {
    this.#exclusions.with({ name, kind: 'webhook', type, operation }).inc();
  }
}
