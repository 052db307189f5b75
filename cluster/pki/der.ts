/** The little of ASN.1 DER that writing a certificate takes. */

export type Der = Uint8Array;

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function lengthBytes(n: number): number[] {
  if (n < 0x80) return [n];
  const bytes: number[] = [];
  for (let rest = n; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export const tagged = (tag: number, ...content: readonly Uint8Array[]): Der => {
  const body = concat(content);
  return concat([Uint8Array.of(tag, ...lengthBytes(body.length)), body]);
};
export const sequence = (...items: readonly Der[]): Der => tagged(0x30, ...items);
export const set = (...items: readonly Der[]): Der => tagged(0x31, ...items);
/** Explicit context tag. */
export const explicit = (n: number, content: Der): Der => tagged(0xa0 | n, content);
/** Implicit context tag of a primitive. */
export const implicit = (n: number, content: Uint8Array): Der => tagged(0x80 | n, content);
export const octetString = (bytes: Uint8Array): Der => tagged(0x04, bytes);
export const bitString = (bytes: Uint8Array, unusedBits = 0): Der => tagged(0x03, Uint8Array.of(unusedBits), bytes);
export const boolean = (value: boolean): Der => tagged(0x01, Uint8Array.of(value ? 0xff : 0));
export const utf8String = (text: string): Der => tagged(0x0c, new TextEncoder().encode(text));

/** A positive integer from big-endian bytes: superfluous leading zeros go, one stays where the sign bit would be set. */
export function integer(bytes: Uint8Array): Der {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const trimmed = bytes.subarray(start);
  return tagged(0x02, ...((trimmed[0] ?? 0) & 0x80 ? [Uint8Array.of(0)] : []), trimmed);
}

export function oid(dotted: string): Der {
  const [a = 0, b = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [a * 40 + b];
  for (const n of rest) {
    const groups = [n & 0x7f];
    for (let left = n >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return tagged(0x06, Uint8Array.from(bytes));
}

/** GeneralizedTime from 2050 on, UTCTime before, as RFC 5280 demands. */
export function time(ms: number): Der {
  const iso = new Date(ms).toISOString();
  const digits = iso.slice(0, 19).replace(/[-:T]/g, '');
  const text = iso < '2050' ? digits.slice(2) : digits;
  return tagged(iso < '2050' ? 0x17 : 0x18, new TextEncoder().encode(`${text}Z`));
}

export function pem(label: string, der: Uint8Array): string {
  const base64 = Buffer.from(der).toString('base64');
  return `-----BEGIN ${label}-----\n${(base64.match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;
}

/** The bytes of the first PEM block. */
export function fromPem(text: string): Uint8Array {
  const body = /-----BEGIN [^-]+-----([\s\S]*?)-----END/.exec(text)?.[1];
  if (body === undefined) throw new Error('no PEM block found');
  return new Uint8Array(Buffer.from(body.replace(/\s/g, ''), 'base64'));
}
