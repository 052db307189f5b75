/** PEM blocks: certificate requests and certificates. Behaves like upstream pkg/apis/certificates (ParseCSR) and Go's encoding/pem. */
import { createPublicKey, verify, X509Certificate } from 'node:crypto';
import { readElement } from './der.ts';

interface Block {
  readonly type: string;
  readonly hasHeaders: boolean;
  readonly bytes: Buffer;
}

const BLOCK = /-----BEGIN ([^\n-]+)-----\r?\n([\s\S]*?)-----END \1-----/g;

/** All well-formed blocks; anything between them is ignored. */
export function pemBlocks(text: string): readonly Block[] {
  return [...text.matchAll(BLOCK)].map(([, type = '', body = '']) => {
    const headers = /^(?:[^\n:]+:[^\n]*\r?\n)+\r?\n/.exec(body);
    return { type, hasHeaders: headers !== null, bytes: Buffer.from(headers ? body.slice(headers[0].length) : body, 'base64') };
  });
}

const ED25519 = '2b6570';
const MALFORMED = 'x509: malformed certificate request';

/** Why the text is not a signed certificate request. */
export function requestProblem(text: string): string | undefined {
  const block = pemBlocks(text)[0];
  if (block?.type !== 'CERTIFICATE REQUEST') return 'PEM block type must be CERTIFICATE REQUEST';
  const parts = requestParts(block.bytes);
  if (!parts) return asn1Problem(block.bytes);
  return isSigned(parts) ? undefined : failureOf(parts);
}

function asn1Problem(bytes: Buffer): string {
  if (bytes.length === 0) return 'asn1: syntax error: sequence truncated';
  return bytes[0] === 0x30 ? 'asn1: syntax error: data truncated' : 'asn1: structure error: tags do not match';
}

/** By the kind of key. */
function failureOf({ algorithm }: RequestParts): string {
  if (algorithm === ED25519) return 'x509: Ed25519 verification failure';
  return algorithm.startsWith('2a8648ce3d') ? 'x509: ECDSA verification failure' : 'crypto/rsa: verification error';
}

interface RequestParts {
  readonly signed: Buffer;
  readonly publicKey: Buffer;
  readonly algorithm: string;
  readonly signature: Buffer;
}

/** CertificationRequest ::= SEQUENCE { info, algorithm, signature }; info ::= SEQUENCE { version, subject, publicKey, attributes }. */
function requestParts(der: Buffer): RequestParts | undefined {
  const [info, algorithm, signature] = readElement(der)?.children ?? [];
  const publicKey = info?.children[2];
  const oid = algorithm?.children[0];
  if (!info || !oid || !publicKey || signature?.tag !== 3) return undefined;
  return {
    signed: info.whole,
    publicKey: publicKey.whole,
    algorithm: oid.content.toString('hex'),
    signature: signature.content.subarray(1),
  };
}

const HASHES: Readonly<Record<string, string>> = {
  '2a864886f70d010105': 'sha1',
  '2a864886f70d01010b': 'sha256',
  '2a864886f70d01010c': 'sha384',
  '2a864886f70d01010d': 'sha512',
  '2a8648ce3d040302': 'sha256',
  '2a8648ce3d040303': 'sha384',
  '2a8648ce3d040304': 'sha512',
};

function isSigned({ signed, publicKey, algorithm, signature }: RequestParts): boolean {
  try {
    return verify(HASHES[algorithm], signed, createPublicKey({ key: publicKey, format: 'der', type: 'spki' }), signature);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}

/** Why the text is not a list of certificates; an empty text is one. */
export function certificateProblem(text: string): string | undefined {
  if (text === '') return undefined;
  const blocks = pemBlocks(text);
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block';
  for (const { type, hasHeaders, bytes } of blocks) {
    if (type !== 'CERTIFICATE') return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(type)}`;
    if (hasHeaders) return 'no PEM block headers are permitted';
    if (bytes.length === 0) return 'found CERTIFICATE PEM block containing 0 certificates';
    if (!isCertificate(bytes)) return MALFORMED.replace(' request', '');
  }
  return undefined;
}

function isCertificate(bytes: Buffer): boolean {
  try {
    return new X509Certificate(bytes).raw.length > 0;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false;
    throw error;
  }
}
