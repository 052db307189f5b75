/** Conditions of signing requests. Behaves like upstream pkg/registry/certificates/certificates/strategy.go. */
import type { CertificateSigningRequest } from '../../apimachinery/types/certificates.gen.ts';

/** The last update is stamped where none is given; the transition when the status changed. */
export function stampConditions(obj: CertificateSigningRequest, old: CertificateSigningRequest, now: string): void {
  for (const condition of obj.status.conditions ?? []) {
    if (!condition.lastUpdateTime) condition.lastUpdateTime = now;
    if (condition.lastTransitionTime) continue;
    const same = (old.status.conditions ?? []).find(
      (c) => c.type === condition.type && c.status === condition.status && c.lastTransitionTime,
    );
    condition.lastTransitionTime = same?.lastTransitionTime ?? now;
  }
}

/** The status subresource does not change approvals or denials; validation refuses one more or less. */
export function keepDecisions(obj: CertificateSigningRequest, old: CertificateSigningRequest): void {
  for (const type of ['Approved', 'Denied']) {
    const originals = (old.status.conditions ?? []).filter((c) => c.type === type);
    const conditions = obj.status.conditions ?? [];
    if (conditions.filter((c) => c.type === type).length !== originals.length) continue;
    obj.status.conditions = conditions.map((c) => (c.type === type ? (originals.shift() ?? c) : c));
  }
}
