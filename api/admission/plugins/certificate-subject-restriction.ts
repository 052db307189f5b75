/** Nobody becomes system:masters by a certificate. Behaves like upstream plugin/pkg/admission/certificates/subjectrestriction. */
import { subjectOfRequest } from '../../authentication/certificate-subject.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { isCSR, signerOf } from '../signers.ts';

const SIGNER = 'kubernetes.io/kube-apiserver-client';
const RESERVED = 'system:masters';

export default {
  name: 'CertificateSubjectRestriction',
  handles: (operation) => operation === 'CREATE',
  concerns: (target) => isCSR(target) && target.subresource === '',
  init: () => ({
    validate(a) {
      if (!a.object || signerOf(a.object) !== SIGNER) return;
      const request = (a.object as { spec?: { request?: string } }).spec?.request ?? '';
      let organizations: readonly string[];
      try {
        organizations = subjectOfRequest(request).organizations;
      } catch (error) {
        throw forbidden(a, `failed to parse CSR: ${error instanceof Error ? error.message : String(error)}`);
      }
      if (organizations.includes(RESERVED)) throw forbidden(a, `use of ${SIGNER} signer with ${RESERVED} group is not allowed`);
    },
  }),
} satisfies AdmissionPlugin;
