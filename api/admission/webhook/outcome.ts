/** What a failed question means for the request, and what is counted of it. Behaves like upstream apiserver/pkg/admission/plugin/webhook/{mutating,validating}/dispatcher.go (Dispatch). */
import { newInternalError, newTimeout } from '../../../apimachinery/errors.ts';
import type { Clock } from '../../../component-base/clock.ts';
import type { Log } from '../../../component-base/log.ts';
import type { Attributes } from '../interface.ts';
import { CallingWebhookError, WebhookRejection } from './errors.ts';
import type { Hook } from './hook.ts';
import type { Step, WebhookMetrics } from './metrics.ts';

export interface Asking {
  readonly hook: Hook;
  readonly attributes: Attributes;
  readonly step: Step;
  readonly metrics: WebhookMetrics;
  readonly clock: Clock;
  readonly log: Log;
  /** The audit annotation of a failure that was ignored. */
  readonly failedOpenKey: string;
}

/** Undefined: it failed, and the webhook's policy ignores that. */
export async function outcomeOf<T>(asking: Asking, question: () => Promise<T>): Promise<T | undefined> {
  const { hook, attributes, step, metrics, clock } = asking;
  const started = clock.monotonic();
  const count = (code: number, rejected: boolean): void => metrics.call(hook.name, step, attributes.operation, code, rejected, clock.monotonic() - started);
  try {
    const answer = await question();
    count(200, false);
    return answer;
  } catch (error) {
    if (error instanceof CallingWebhookError) return notAsked(asking, error, count);
    const isRejection = error instanceof WebhookRejection;
    const code = isRejection ? error.status.code : 0;
    metrics.rejection(hook.name, step, attributes.operation, isRejection ? 'no_error' : 'apiserver_internal_error', code);
    count(code, true);
    throw isRejection ? error.status : error;
  }
}

function notAsked({ hook, attributes, step, metrics, log, failedOpenKey }: Asking, error: CallingWebhookError, count: (code: number, rejected: boolean) => void): undefined {
  if (!hook.ignoresFailures && !error.isCanceled) metrics.rejection(hook.name, step, attributes.operation, 'calling_webhook_error', error.code);
  count(error.code, !hook.ignoresFailures);
  if (!hook.ignoresFailures) {
    log.warn('a webhook could not be called, which fails the request', { webhook: hook.name, error: error.message });
    throw newInternalError(error.message, error);
  }
  if (!error.isCanceled) {
    log.warn('a webhook could not be called, which is ignored', { webhook: hook.name, error: error.message });
    metrics.failedOpen(hook.name, step);
    attributes.ctx.annotate?.(failedOpenKey, hook.name);
  }
  if (attributes.ctx.signal.aborted) throw newTimeout('request did not complete within requested timeout', 0);
  return undefined;
}
