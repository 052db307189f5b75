/** Who approves a request must be allowed to approve for its signer. Behaves like upstream plugin/pkg/admission/certificates/approval. */
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { isCSR, mayForSigner, signerOf } from '../signers.ts';

export default {
  name: 'CertificateApproval',
  handles: (operation) => operation === 'UPDATE',
  concerns: (target) => isCSR(target) && target.subresource === 'approval',
  init: ({ authorizer }) => ({
    async validate(a) {
      const signer = signerOf(a.oldObject);
      if (!(await mayForSigner(authorizer, a.user, 'approve', signer))) throw forbidden(a, `user not permitted to approve requests with signerName ${JSON.stringify(signer)}`);
    },
  }),
} satisfies AdmissionPlugin;
