/** Bundles of certificates that webhooks' servers are verified by. Behaves like upstream apiserver/pkg/util/webhook/validation.go (ValidateCABundle) and client-go/transport/transport.go. */
import { decodeBase64 } from '../schema/base64.ts';

const BLOCK = /-----BEGIN ([^\n-]+)-----[ \t]*\r?\n([\s\S]*?)-----END \1-----[ \t]*(?:\r?\n|$)/y;
const SEQUENCE = 0x30;

interface Block {
  readonly type: string;
  readonly hasHeaders: boolean;
  /** Undefined: not base64. */
  readonly bytes: Uint8Array | undefined;
}

/** Why no certificate is found in a bundle, given as PEM in base64; undefined: there is one, or the bundle is empty. A certificate is told by its outer form alone. */
export function caBundleProblem(caBundle: string): string | undefined {
  const pem = decodeBase64(caBundle);
  if (!(pem instanceof Uint8Array) || pem.length === 0) return undefined;
  const { blocks, isWhole } = blocksOf(new TextDecoder().decode(pem));
  const certificates = blocks.filter(({ type, hasHeaders }) => type === 'CERTIFICATE' && !hasHeaders);
  if (certificates.some(isCertificate)) return undefined;
  const why = certificates.length > 0 ? 'failed to parse certificate: x509: malformed certificate' : isWhole ? 'no valid certificate authority data seen' : 'unable to parse bytes as PEM block';
  return `unable to load root certificates: ${why}`;
}

/** `isWhole`: nothing stands behind the last block. What stands before a block is skipped. */
function blocksOf(text: string): { readonly blocks: readonly Block[]; readonly isWhole: boolean } {
  const blocks: Block[] = [];
  for (let at = 0; at < text.length; at = BLOCK.lastIndex) {
    BLOCK.lastIndex = Math.max(at, text.indexOf('-----BEGIN ', at));
    const found = BLOCK.exec(text);
    if (!found) return { blocks, isWhole: false };
    blocks.push(blockOf(found[1] ?? '', found[2] ?? ''));
  }
  return { blocks, isWhole: true };
}

function blockOf(type: string, body: string): Block {
  const headers = /^(?:[^\n:]+:[^\n]*\r?\n)+\r?\n/.exec(body);
  const bytes = decodeBase64((headers ? body.slice(headers[0].length) : body).replace(/\s/g, ''));
  return { type, hasHeaders: headers !== null, bytes: bytes instanceof Uint8Array ? bytes : undefined };
}

/** A sequence of just this length. */
function isCertificate({ bytes }: Block): boolean {
  const [tag, first = 0] = bytes ?? [];
  if (!bytes || tag !== SEQUENCE) return false;
  if (first < 0x80) return bytes.length === first + 2;
  const size = first & 0x7f;
  const length = bytes.subarray(2, 2 + size).reduce((sum, byte) => sum * 256 + byte, 0);
  return size > 0 && size <= 4 && bytes.length === length + size + 2;
}
