/** Who writes a certificate must be allowed to sign for its signer. Behaves like upstream plugin/pkg/admission/certificates/signing. */
import { semanticDeepEqual } from '../../../apimachinery/equality.ts';
import type * as certificates from '../../../apimachinery/types/certificates.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { isCSR, mayForSigner, signerOf } from '../signers.ts';

type CSR = DeepReadonly<certificates.CertificateSigningRequest>;

export default {
  name: 'CertificateSigning',
  handles: (operation) => operation === 'UPDATE',
  concerns: (target) => isCSR(target) && target.subresource === 'status',
  init: ({ authorizer }) => ({
    async validate(a) {
      const next = (a.object as unknown as CSR).status;
      const old = (a.oldObject as unknown as CSR).status;
      if ((next?.certificate ?? '') === (old?.certificate ?? '') && semanticDeepEqual(next?.conditions, old?.conditions)) return;
      const signer = signerOf(a.oldObject);
      if (!(await mayForSigner(authorizer, a.user, 'sign', signer))) throw forbidden(a, `user not permitted to sign requests with signerName ${JSON.stringify(signer)}`);
    },
  }),
} satisfies AdmissionPlugin;
