/** CertificateSigningRequests. Behaves like upstream pkg/registry/certificates/certificates. */
import { rfc3339 } from '../../component-base/clock.ts';
import * as certificates from '../../apimachinery/types/certificates.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { column, defineResource, selectable, view } from '../generic/define.ts';
import { humanDuration } from '../generic/duration.ts';
import { keepDecisions, stampConditions } from './conditions.ts';
import {
  validateApprovalUpdate,
  validateRequest,
  validateRequestUpdate,
  validateStatusUpdate,
} from './validation/certificatesigningrequest.ts';

type CSR = certificates.CertificateSigningRequest;

function condition({ status }: DeepReadonly<CSR>): string {
  const has = (type: string): boolean => (status.conditions ?? []).some((c) => c.type === type);
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending';
  return `${decision}${has('Failed') ? ',Failed' : ''}${status.certificate ? ',Issued' : ''}`;
}

const VERSION = 'certificates.k8s.io/v1';

export default defineResource<certificates.CertificateSigningRequest>(certificates.CertificateSigningRequest, {
  shortNames: ['csr'],
  columns: [
    column('SignerName', (c) => c.spec.signerName || '<none>'),
    column('Requestor', (c) => c.spec.username ?? ''),
    column('RequestedDuration', (c) =>
      c.spec.expirationSeconds === undefined ? '<none>' : humanDuration(c.spec.expirationSeconds * 1000),
    ),
    column<certificates.CertificateSigningRequest>('Condition', condition),
  ],
  selectableFields: [selectable<CSR>('spec.signerName', (c) => c.spec.signerName)],
  strategy: {
    resetFields: { [VERSION]: [['f:spec'], ['f:status']] },
    /** The requestor is who sends it, whatever it says. */
    prepareForCreate(obj, ctx) {
      const { username: _u, uid: _i, groups: _g, extra: _e, ...spec } = obj.spec;
      const { name, uid, groups, extra } = ctx.user;
      obj.spec = {
        ...spec,
        ...(name !== '' && { username: name }),
        ...(uid !== '' && { uid }),
        ...(groups.length > 0 && { groups: [...groups] }),
        ...(Object.keys(extra).length > 0 && { extra: Object.fromEntries(Object.entries(extra).map(([k, v]) => [k, [...v]])) }),
      };
      obj.status = {};
    },
    prepareForUpdate(obj, old) {
      obj.spec = old.spec;
      obj.status = old.status;
    },
    metadata: { onUpdate: 'placed' },
    validate: validateRequest,
    validateUpdate: validateRequestUpdate,
  },
  subresources: {
    status: view<CSR>({
      resetFields: { [VERSION]: [['f:spec'], ['f:status', 'f:conditions']] },
      prepareForUpdate(obj, old, ctx) {
        obj.spec = old.spec;
        keepDecisions(obj, old);
        stampConditions(obj, old, rfc3339(ctx.clock.now()));
      },
      metadata: { onUpdate: 'placed' },
      validateUpdate: validateStatusUpdate,
    }),
    approval: view<CSR>({
      resetFields: { [VERSION]: [['f:spec'], ['f:status', 'f:certificate']] },
      prepareForUpdate(obj, old, ctx) {
        stampConditions(obj, old, rfc3339(ctx.clock.now()));
        const { conditions } = obj.status;
        obj.spec = old.spec;
        const { conditions: _old, ...rest } = old.status;
        obj.status = { ...rest, ...(conditions && { conditions }) };
      },
      metadata: { onUpdate: 'placed' },
      validateUpdate: validateApprovalUpdate,
    }),
  },
});
