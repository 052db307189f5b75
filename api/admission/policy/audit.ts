/** What policies leave in the audit log. Behaves like upstream apiserver/pkg/admission/plugin/policy/validating/dispatcher.go (publishValidationFailureAnnotation, auditAnnotationCollector). */
import { encodeJson } from '../../../apimachinery/serializer/json.ts';
import type { Attributes } from '../interface.ts';
import type { Binding } from './source.ts';

const MAX_VALUE_BYTES = 10 * 1024;

export function auditFailure(a: Attributes, { name, policyName, actions }: Binding, expressionIndex: number, message: string): void {
  a.ctx.annotate?.('validation.policy.admission.k8s.io/validation_failure', encodeJson([{ message, policy: policyName, binding: name, expressionIndex, validationActions: actions }]));
}

/** The audit annotations of one policy: what its bindings and parameters make of a key stands side by side, once each. */
export class AuditAnnotations {
  readonly #values = new Map<string, Set<string>>();

  add(key: string, value: string): void {
    const values = this.#values.get(key) ?? new Set<string>();
    this.#values.set(key, values.add(cut(value)));
  }

  publish(policy: string, a: Attributes): void {
    for (const [key, values] of this.#values) a.ctx.annotate?.(`${policy}/${key}`, [...values].join(', '));
  }
}

function cut(value: string): string {
  const bytes = new TextEncoder().encode(value);
  return bytes.length <= MAX_VALUE_BYTES ? value : new TextDecoder().decode(bytes.subarray(0, MAX_VALUE_BYTES));
}
