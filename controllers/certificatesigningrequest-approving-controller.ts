import type { Key } from '../apimachinery/meta.ts';
import * as authorization from '../apimachinery/types/authorization.gen.ts';
import * as certificates from '../apimachinery/types/certificates.gen.ts';
import { rfc3339 } from '../component-base/clock.ts';
import { hasCondition, KUBELET_CLIENT, type Csr } from './certificates/csr.ts';
import { defineController, type ControllerContext } from './framework/definition.ts';

/** Whether the requester may create this subresource: that is how bootstrap roles name what may be approved. */
async function isAllowed(ctx: ControllerContext, csr: Csr, subresource: string): Promise<boolean> {
  const { username, uid, groups, extra } = csr.spec;
  const spec = { user: username, uid, groups, extra, resourceAttributes: { group: 'certificates.k8s.io', resource: 'certificatesigningrequests', verb: 'create', subresource, version: '*' } };
  const review = await ctx.client.resource(authorization.SubjectAccessReview).create({ metadata: {}, spec });
  return review.status.allowed;
}

async function approve(ctx: ControllerContext, csr: Csr, message: string): Promise<void> {
  const condition = { type: 'Approved', status: 'True', reason: 'AutoApproved', message, lastUpdateTime: rfc3339(ctx.now()), lastTransitionTime: null };
  const status = { ...csr.status, conditions: [...(csr.status?.conditions ?? []), condition] };
  await ctx.client.resource(certificates.CertificateSigningRequest).subresource<certificates.CertificateSigningRequest>('approval').update({ namespace: '', name: csr.metadata.name }, { ...csr, status } as Csr);
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<void> {
  const csr = ctx.lister(certificates.CertificateSigningRequest).get(key);
  if (!csr || (csr.status?.certificate ?? '') !== '' || hasCondition(csr, 'Approved') || hasCondition(csr, 'Denied') || csr.spec.signerName !== KUBELET_CLIENT) return;
  const { kubeletClientProblem, parseRequest } = await import('./certificates/request.ts');
  const request = parseRequest(csr);
  if (kubeletClientProblem(csr, request) !== undefined) return;
  const isOwn = csr.spec.username === request.commonName;
  if (isOwn && (await isAllowed(ctx, csr, 'selfnodeclient'))) return approve(ctx, csr, 'Auto approving self kubelet client certificate after SubjectAccessReview.');
  if (await isAllowed(ctx, csr, 'nodeclient')) return approve(ctx, csr, 'Auto approving kubelet client certificate after SubjectAccessReview.');
  ctx.log.info('a kubelet asked for a certificate and may not have one', { csr: key.name, user: csr.spec.username ?? '' });
}

/** Behaves like upstream pkg/controller/certificates/approver. */
export default defineController({ name: 'certificatesigningrequest-approving-controller', for: certificates.CertificateSigningRequest, maxBackoff: 60_000, reconcile });
