import type { Key } from '../apimachinery/meta.ts';
import * as certificates from '../apimachinery/types/certificates.gen.ts';
import { rfc3339 } from '../component-base/clock.ts';
import { API_CLIENT, hasCondition, KUBELET_CLIENT, KUBELET_SERVING, LEGACY, type Csr } from './certificates/csr.ts';
import type { Signer } from './certificates/sign.ts';
import { defineController, type ControllerContext } from './framework/definition.ts';

const SIGNERS = new Set([KUBELET_CLIENT, KUBELET_SERVING, API_CLIENT, LEGACY]);

async function writeStatus(ctx: ControllerContext, csr: Csr, status: Csr['status']): Promise<void> {
  await ctx.client.resource(certificates.CertificateSigningRequest).subresource<certificates.CertificateSigningRequest>('status').update({ namespace: '', name: csr.metadata.name }, { ...csr, status });
}

async function reconcile(ctx: ControllerContext, key: Key, signer: (() => Promise<Signer>) | undefined): Promise<void> {
  const csr = ctx.lister(certificates.CertificateSigningRequest).get(key);
  if (!signer || !csr || (csr.status?.certificate ?? '') !== '' || !SIGNERS.has(csr.spec.signerName) || hasCondition(csr, 'Denied') || hasCondition(csr, 'Failed')) return;
  // Loaded while the request waits for its approval: clients look for the certificate right after it.
  const [{ parseRequest, signerProblem }, { sign }] = await Promise.all([import('./certificates/request.ts'), signer()]);
  if (!hasCondition(csr, 'Approved')) return;
  const request = parseRequest(csr);
  const problem = signerProblem(csr, request);
  if (problem !== undefined) {
    const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message: problem, lastUpdateTime: rfc3339(ctx.now()), lastTransitionTime: rfc3339(ctx.now()) };
    return writeStatus(ctx, csr, { ...csr.status, conditions: [...(csr.status?.conditions ?? []), failed] } as Csr['status']);
  }
  const certificate = btoa(await sign(csr, request, ctx.now()));
  await writeStatus(ctx, csr, { ...csr.status, certificate } as Csr['status']);
}

/** Behaves like upstream pkg/controller/certificates/signer; without a CA key it signs nothing. */
export default defineController<certificates.CertificateSigningRequest, (() => Promise<Signer>) | undefined>({
  name: 'certificatesigningrequest-signing-controller',
  for: certificates.CertificateSigningRequest,
  maxBackoff: 60_000,
  setup({ settings }) {
    const { clusterSigningCert, clusterSigningKey, clusterSigningDuration } = settings;
    if (clusterSigningCert === undefined || clusterSigningKey === undefined) return undefined;
    let signer: Promise<Signer> | undefined;
    return () => (signer ??= import('./certificates/sign.ts').then(({ newSigner }) => newSigner(clusterSigningCert, clusterSigningKey, clusterSigningDuration)));
  },
  reconcile,
});
