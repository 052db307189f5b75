/** Standard base64 with padding, as Go's encoding/base64 reads (line breaks are skipped) and writes it. */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const NONE = 255;
const VALUES = new Uint8Array(128).fill(NONE);
for (let i = 0; i < 64; i++) VALUES[ALPHABET.charCodeAt(i)] = i;
const PAD = 0x3d;

const valueAt = (text: string, i: number): number => {
  const c = text.charCodeAt(i);
  return c < 128 ? (VALUES[c] as number) : NONE;
};
const isLineBreak = (c: number): boolean => c === 0x0a || c === 0x0d;

/** The text as Go writes it after reading it; undefined when Go would not read it. */
export function canonicalBase64(text: string): string | undefined {
  if (isCanonical(text)) return text;
  const bytes = decodeBase64(text);
  return bytes instanceof Uint8Array ? encodeBase64(bytes) : undefined;
}

function isCanonical(text: string): boolean {
  const length = text.length;
  if (length % 4 !== 0) return false;
  if (length === 0) return true;
  const padding = text.charCodeAt(length - 1) === PAD ? (text.charCodeAt(length - 2) === PAD ? 2 : 1) : 0;
  const digits = length - padding;
  let value = 0;
  for (let i = 0; i < digits; i++) {
    value = valueAt(text, i);
    if (value === NONE) return false;
  }
  return padding === 0 || (value & (padding === 1 ? 3 : 15)) === 0;
}

/** The bytes, or the index of the input byte that Go calls illegal. */
export function decodeBase64(text: string): Uint8Array | number {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4) + 3);
  let length = 0;
  let bits = 0;
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const value = valueAt(text, i);
    if (value === NONE) {
      if (isLineBreak(text.charCodeAt(i))) continue;
      const mistake = text.charCodeAt(i) === PAD ? paddingMistake(text, i, count) : i;
      if (mistake >= 0) return mistake;
      return bytes.subarray(0, length + flush(bytes, length, bits, count));
    }
    bits = (bits << 6) | value;
    if (++count === 4) {
      bytes[length++] = bits >> 16;
      bytes[length++] = bits >> 8;
      bytes[length++] = bits;
      bits = count = 0;
    }
  }
  return count === 0 ? bytes.subarray(0, length) : text.length - count;
}

/** Writes the one or two bytes of a last, padded group. */
function flush(bytes: Uint8Array, at: number, bits: number, count: number): number {
  if (count === 2) {
    bytes[at] = bits >> 4;
    return 1;
  }
  bytes[at] = bits >> 10;
  bytes[at + 1] = bits >> 2;
  return 2;
}

/** Index of the mistake in the padding that begins at i, after `count` digits of the group; -1: none. */
function paddingMistake(text: string, at: number, count: number): number {
  if (count < 2) return at;
  let i = skipLineBreaks(text, at + 1);
  if (count === 2) {
    if (i === text.length) return text.length;
    if (text.charCodeAt(i) !== PAD) return i - 1;
    i = skipLineBreaks(text, i + 1);
  }
  return i < text.length ? i : -1;
}

function skipLineBreaks(text: string, from: number): number {
  let i = from;
  while (isLineBreak(text.charCodeAt(i))) i++;
  return i;
}

export function encodeBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  // A multiple of 3, small enough for btoa's argument to stay cheap.
  const CHUNK = 24_576;
  for (let i = 0; i < bytes.length; i += CHUNK) parts.push(btoa(latin1(bytes.subarray(i, i + CHUNK))));
  return parts.join('');
}

const latin1Decoder = new TextDecoder('latin1');

/** Each byte as one UTF-16 unit. */
function latin1(bytes: Uint8Array): string {
  // TextDecoder's latin1 is windows-1252: right only below 0x80.
  if (bytes.every((b) => b < 0x80)) return latin1Decoder.decode(bytes);
  let text = '';
  for (let i = 0; i < bytes.length; i += 4_096) text += String.fromCharCode(...bytes.subarray(i, i + 4_096));
  return text;
}
