/** What asking a webhook may end in. Behaves like upstream apiserver/pkg/util/webhook/error.go and admission/plugin/webhook/errors. */
import { newBadRequest, StatusError, type StatusReason } from '../../../apimachinery/errors.ts';
import type { Status } from '../../../apimachinery/types/meta.gen.ts';
import { quotedName, type Hook } from './hook.ts';

/** The webhook could not be asked, or its answer not be read. What follows is the failure policy's affair. */
export class CallingWebhookError extends Error {
  override readonly name = 'CallingWebhookError';
  /** For metrics. */
  readonly code: number;
  readonly isCanceled: boolean;

  constructor(hook: Hook, why: string, code: number, cause?: unknown, isCanceled = false) {
    super(`failed calling webhook ${quotedName(hook)}: ${why}`, { cause });
    this.code = code;
    this.isCanceled = isCanceled;
  }
}

/** The webhook refused. */
export class WebhookRejection extends Error {
  override readonly name = 'WebhookRejection';
  readonly status: StatusError;

  constructor(status: StatusError) {
    super(status.message, { cause: status });
    this.status = status;
  }
}

/** A denial with what the webhook said of it; never a success. */
export function denial(hook: Hook, result: Partial<Status> | undefined): StatusError {
  const deniedBy = `admission webhook ${quotedName(hook)} denied the request`;
  const { message = '', reason = '', code = 0, details } = result ?? {};
  const text = message !== '' ? `${deniedBy}: ${message}` : reason !== '' ? `${deniedBy}: ${reason}` : `${deniedBy} without explanation`;
  return new StatusError(code < 400 ? 400 : code, reason as StatusReason, text, (details ?? undefined) as ConstructorParameters<typeof StatusError>[3]);
}

export function dryRunUnsupported(hook: Hook): StatusError {
  return newBadRequest(`admission webhook ${quotedName(hook)} does not support dry run`);
}

