/** Whether a certificate chain leads to an authority. TLS verified signatures and times against all authorities together; this tells them apart. */
import { X509Certificate } from 'node:crypto';
import type { VerifyChain } from '../authentication/client-certificate.ts';

/** `pem`: one or more authorities. */
export function chainVerifier(pem: string): VerifyChain {
  const authorities = [...pem.matchAll(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)].map((m) => new X509Certificate(m[0]));
  return (chain) => {
    const certificates = chain.map((der) => new X509Certificate(der));
    return certificates.some((c) => authorities.some((a) => (c.checkIssued(a) && c.verify(a.publicKey)) || c.fingerprint256 === a.fingerprint256));
  };
}
