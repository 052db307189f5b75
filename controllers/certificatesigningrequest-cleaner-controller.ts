import { isNotFound } from '../apimachinery/errors.ts';
import type { Key } from '../apimachinery/meta.ts';
import * as certificates from '../apimachinery/types/certificates.gen.ts';
import { hasCondition, type Csr } from './certificates/csr.ts';
import { defineController, type ControllerContext, type Result } from './framework/definition.ts';

const HOUR = 3_600_000;
const [APPROVED, DENIED, PENDING] = [HOUR, HOUR, 24 * HOUR];

/** When the request may go, in milliseconds since the epoch. */
export function expiresAt(csr: Csr): number {
  const since = (type: string): number => Date.parse(csr.status?.conditions?.find((c) => c.type === type)?.lastUpdateTime ?? csr.metadata.creationTimestamp);
  if (hasCondition(csr, 'Denied')) return since('Denied') + DENIED;
  if (hasCondition(csr, 'Failed')) return since('Failed') + DENIED;
  if (hasCondition(csr, 'Approved')) return since('Approved') + ((csr.status?.certificate ?? '') === '' ? PENDING : APPROVED);
  return Date.parse(csr.metadata.creationTimestamp) + PENDING;
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<Result | void> {
  const csr = ctx.lister(certificates.CertificateSigningRequest).get(key);
  if (!csr) return;
  const left = expiresAt(csr) - ctx.now();
  if (left > 0) return { requeueAfter: left };
  try {
    await ctx.client.resource(certificates.CertificateSigningRequest).delete(key);
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** Behaves like upstream pkg/controller/certificates/cleaner. */
export default defineController({ name: 'certificatesigningrequest-cleaner-controller', for: certificates.CertificateSigningRequest, reconcile });
