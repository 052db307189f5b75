/** Reads a certificate's subject from its DER. */

export interface CertificateSubject {
  readonly commonName: string;
  readonly organizations: readonly string[];
  /** Of the attribute by which Kubernetes carries a user's UID. */
  readonly uid: string;
}

interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Where the next element begins. */
  readonly end: number;
}

const SEQUENCE = 0x30;
const EXPLICIT_VERSION = 0xa0;
const BMP_STRING = 0x1e;
/** OIDs in DER, as hex. */
const COMMON_NAME = '550403';
const ORGANIZATION = '55040a';
const USER_UID = '2b0601040183c25502';

/** Throws for what is no X.509 certificate. */
export function subjectOf(certificate: Uint8Array): CertificateSubject {
  const fields = children(inside(inside(certificate, SEQUENCE), SEQUENCE));
  if (fields[0]?.tag === EXPLICIT_VERSION) fields.shift();
  const subject = fields[4];
  if (subject?.tag !== SEQUENCE) throw new Error('not an X.509 certificate: it has no subject');
  return namesIn(subject);
}

/** Of a certificate signing request: base64 of PEM, as the API carries it. */
export function subjectOfRequest(base64: string): CertificateSubject {
  const body = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----([^-]+)-----END/.exec(atob(base64))?.[1];
  if (body === undefined) throw new Error('PEM block type must be CERTIFICATE REQUEST');
  const der = Uint8Array.from(atob(body.replace(/\s+/g, '')), (c) => c.charCodeAt(0));
  const subject = children(inside(inside(der, SEQUENCE), SEQUENCE))[1];
  if (subject?.tag !== SEQUENCE) throw new Error('not a certificate request: it has no subject');
  return namesIn(subject);
}

function namesIn(subject: Element): CertificateSubject {
  const values = children(subject.content).flatMap((set) => children(set.content).map((attribute) => children(attribute.content)));
  const of = (oid: string): string[] => values.flatMap(([type, value]) => (type && value && hex(type.content) === oid ? [text(value)] : []));
  return { commonName: of(COMMON_NAME).at(-1) ?? '', organizations: of(ORGANIZATION), uid: of(USER_UID)[0] ?? '' };
}

function element(bytes: Uint8Array, at: number): Element {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw new Error('not an X.509 certificate: it ends too early');
  let length = first;
  let start = at + 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    length = 0;
    for (let i = 0; i < octets; i++) length = length * 256 + (bytes[start + i] ?? 0);
    start += octets;
  }
  const end = start + length;
  if (end > bytes.length) throw new Error('not an X.509 certificate: it ends too early');
  return { tag, content: bytes.subarray(start, end), end };
}

function children(content: Uint8Array): Element[] {
  const all: Element[] = [];
  for (let at = 0; at < content.length; ) {
    const next = element(content, at);
    all.push(next);
    at = next.end;
  }
  return all;
}

function inside(bytes: Uint8Array, tag: number): Uint8Array {
  const outer = element(bytes, 0);
  if (outer.tag !== tag) throw new Error('not an X.509 certificate');
  return outer.content;
}

function text({ tag, content }: Element): string {
  return tag === BMP_STRING ? new TextDecoder('utf-16be').decode(content) : new TextDecoder().decode(content);
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}
