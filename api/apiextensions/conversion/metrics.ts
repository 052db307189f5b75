/** What is counted of conversions. Behaves like upstream apiextensions-apiserver/pkg/apiserver/conversion/metrics.go. */
import type { Counter, Histogram, Metrics } from '../../../component-base/metrics.ts';

export type FailureType =
  | 'conversion_webhook_call_failure'
  | 'conversion_webhook_malformed_response_failure'
  | 'conversion_webhook_partial_response_failure'
  | 'conversion_webhook_invalid_converted_object_failure';

/** 1 ms, 2 ms … */
const DEFINITION_BUCKETS = Array.from({ length: 15 }, (_, i) => 0.001 * 2 ** i);
const WEBHOOK_BUCKETS = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45, 60];

/** From one version of a definition to another. */
export interface Step {
  readonly crd: string;
  readonly from: string;
  readonly to: string;
}

export class ConversionMetrics {
  readonly #byDefinition: Histogram;
  readonly #requests: Counter;
  readonly #durations: Histogram;

  constructor(metrics: Metrics) {
    this.#byDefinition = metrics.histogram('apiserver_crd_conversion_webhook_duration_seconds', 'How long webhooks took to convert custom resources, by definition, versions and whether they did.', DEFINITION_BUCKETS);
    this.#requests = metrics.counter('apiserver_conversion_webhook_request_total', 'Requests to conversion webhooks, by result and type of failure.');
    this.#durations = metrics.histogram('apiserver_conversion_webhook_duration_seconds', 'How long requests to conversion webhooks took, by result and type of failure.', WEBHOOK_BUCKETS);
  }

  /** `failure` undefined: it went well. */
  request({ crd, from, to }: Step, elapsedMs: number, failure?: FailureType): void {
    const labels = { result: failure === undefined ? 'success' : 'failure', failure_type: failure ?? '' };
    const seconds = elapsedMs / 1000;
    this.#requests.with(labels).inc();
    this.#durations.with(labels).observe(seconds);
    this.#byDefinition.with({ crd_name: crd, from_version: from, to_version: to, succeeded: String(failure === undefined) }).observe(seconds);
  }
}
