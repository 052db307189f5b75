/** What a refusal looks like. Behaves like upstream apiserver/pkg/admission/plugin/policy/validating/dispatcher.go and policy_decision.go. */
import { StatusError, type StatusReason } from '../../../apimachinery/errors.ts';
import { forbidden } from '../forbidden.ts';
import type { Attributes } from '../interface.ts';

export interface Denial {
  readonly policy: string;
  /** Absent: the policy itself is what is wrong. */
  readonly binding?: string;
  readonly message: string;
  readonly reason?: StatusReason;
}

const CODES: Readonly<Partial<Record<StatusReason, number>>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 };

/** Of several denials the first is told. */
export function denialStatus(a: Attributes, { policy, binding, message, reason = 'Invalid' }: Denial): StatusError {
  const text = `ValidatingAdmissionPolicy '${policy}'${binding === undefined ? '' : ` with binding '${binding}'`} denied request: ${message}`;
  const refusal = forbidden(a, text);
  return new StatusError(CODES[reason] ?? 422, reason, refusal.message, { ...refusal.details, causes: [{ message: text }] });
}
