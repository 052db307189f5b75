/** Signs certificate requests with the cluster's CA. Behaves like upstream pkg/controller/certificates/authority. */
import 'reflect-metadata';
import { BasicConstraintsExtension, ExtendedKeyUsage, ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension, PemConverter, X509Certificate, X509CertificateGenerator } from '@peculiar/x509';
import type { Csr } from './csr.ts';
import { alternativeNames, type ParsedRequest } from './request.ts';

const BACKDATE_MS = 5 * 60_000;
/** Shorter certificates are not cut by the time they are dated back. */
const SHORT_MS = 8 * 3_600_000;
const LEAST_MS = 10 * 60_000;

const KEY_USAGES: Readonly<Record<string, number>> = {
  signing: KeyUsageFlags.digitalSignature,
  'digital signature': KeyUsageFlags.digitalSignature,
  'content commitment': KeyUsageFlags.nonRepudiation,
  'key encipherment': KeyUsageFlags.keyEncipherment,
  'key agreement': KeyUsageFlags.keyAgreement,
  'data encipherment': KeyUsageFlags.dataEncipherment,
  'cert sign': KeyUsageFlags.keyCertSign,
  'crl sign': KeyUsageFlags.cRLSign,
  'encipher only': KeyUsageFlags.encipherOnly,
  'decipher only': KeyUsageFlags.decipherOnly,
};
const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  any: '2.5.29.37.0',
  'server auth': ExtendedKeyUsage.serverAuth,
  'client auth': ExtendedKeyUsage.clientAuth,
  'code signing': ExtendedKeyUsage.codeSigning,
  'email protection': ExtendedKeyUsage.emailProtection,
  's/mime': ExtendedKeyUsage.emailProtection,
  timestamping: ExtendedKeyUsage.timeStamping,
  'ocsp signing': ExtendedKeyUsage.ocspSigning,
};

export interface Signer {
  /** PEM. Throws when the request's own signature is wrong or a usage is unknown. */
  sign(csr: Csr, request: ParsedRequest, now: number): Promise<string>;
}

/** Milliseconds. */
function lifetime(csr: Csr, longest: number): number {
  const { expirationSeconds } = csr.spec;
  return expirationSeconds === undefined ? longest : Math.min(longest, Math.max(LEAST_MS, expirationSeconds * 1000));
}

function usageExtensions(usages: readonly string[]) {
  const unknown = usages.filter((usage) => !(usage in KEY_USAGES) && !(usage in EXTENDED_USAGES));
  if (unknown.length > 0) throw new Error(`unrecognized usage values: ${JSON.stringify(unknown)}`);
  const flags = usages.reduce((sum, usage) => sum | (KEY_USAGES[usage] ?? 0), 0);
  const extended = [...new Set(usages.flatMap((usage) => EXTENDED_USAGES[usage] ?? []))];
  return [...(flags === 0 ? [] : [new KeyUsagesExtension(flags, true)]), ...(extended.length === 0 ? [] : [new ExtendedKeyUsageExtension(extended)])];
}

/** `cert`, `key`: PEM (PKCS 8). `longest`: milliseconds that a certificate may be valid. */
export async function newSigner(cert: string, key: string, longest: number): Promise<Signer> {
  const ca = new X509Certificate(cert);
  const { name, namedCurve } = ca.publicKey.algorithm as { name: string; namedCurve?: string };
  const algorithm = name === 'ECDSA' ? { name, namedCurve: namedCurve ?? 'P-256', hash: 'SHA-256' } : { name, hash: 'SHA-256' };
  const signingKey = await crypto.subtle.importKey('pkcs8', PemConverter.decodeFirst(key), algorithm, false, ['sign']);
  return {
    async sign(csr, request, now) {
      if (!(await request.raw.verify())) throw new Error('unable to verify certificate request signature');
      const ttl = lifetime(csr, longest);
      const end = Math.min(now + (ttl < SHORT_MS ? ttl : ttl - BACKDATE_MS), ca.notAfter.getTime());
      if (now >= ca.notAfter.getTime()) throw new Error(`refusing to sign a certificate that expired in the past: NotAfter=${ca.notAfter.toISOString()}`);
      const san = alternativeNames(request.raw);
      const signed = await X509CertificateGenerator.create({
        serialNumber: [...crypto.getRandomValues(new Uint8Array(15))].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
        subject: request.raw.subjectName.toJSON(),
        issuer: ca.subjectName.toJSON(),
        notBefore: new Date(now - BACKDATE_MS),
        notAfter: new Date(end),
        signingAlgorithm: algorithm,
        publicKey: request.raw.publicKey,
        signingKey,
        extensions: [...usageExtensions(csr.spec.usages ?? []), new BasicConstraintsExtension(false, undefined, true), ...(san ? [san] : [])],
      });
      return `${signed.toString('pem')}\n`;
    },
  };
}
