/** TLS secrets whose key does not belong to the certificate. Behaves like upstream pkg/registry/core/secret/strategy.go. */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { Secret } from '../../../apimachinery/types/core.gen.ts';

export function secretWarnings({ type, data }: Secret): readonly string[] {
  if (type !== 'kubernetes.io/tls') return [];
  const problem = keyPairProblem(text(data?.['tls.crt']), text(data?.['tls.key']));
  return problem === undefined ? [] : [problem];
}

const text = (base64: string | undefined): string => Buffer.from(base64 ?? '', 'base64').toString('latin1');

const PEM = /-----BEGIN [A-Z0-9 ]+-----/;

function keyPairProblem(certificate: string, key: string): string | undefined {
  if (!PEM.test(certificate)) return 'tls: failed to find any PEM data in certificate input';
  if (!certificate.includes('-----BEGIN CERTIFICATE-----'))
    return 'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: []';
  if (!PEM.test(key)) return 'tls: failed to find any PEM data in key input';
  const parsedKey = attempt(() => createPrivateKey(key));
  const parsedCertificate = attempt(() => new X509Certificate(certificate));
  if (!parsedCertificate) return 'x509: malformed certificate';
  if (!parsedKey) return 'tls: failed to parse private key';
  return agreement(parsedCertificate, parsedKey);
}

function agreement(certificate: X509Certificate, key: KeyObject): string | undefined {
  if (certificate.checkPrivateKey(key)) return undefined;
  const isSameType = certificate.publicKey.asymmetricKeyType === key.asymmetricKeyType;
  return isSameType ? 'tls: private key does not match public key' : 'tls: private key type does not match public key type';
}

/** Undefined: OpenSSL cannot read it. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}
