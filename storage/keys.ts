/** The order of keys, which is that of their UTF-8 bytes, and the arithmetic of prefixes. */

/** UTF-16 code units sort like code points except that surrogates must come after U+E000-U+FFFF. */
function rank(unit: number): number {
  if (unit < 0xd800) return unit;
  return unit < 0xe000 ? unit + 0x2000 : unit - 0x800;
}

/** Negative, zero or positive, as the UTF-8 bytes of `a` sort before, equal or after those of `b`. */
export function compareKeys(a: string, b: string): number {
  return compareFrom(a, b, commonPrefix(a, b, 0));
}

/** How many units two keys have in common at their beginning, when so many are known to be. */
export function commonPrefix(a: string, b: string, known: number): number {
  const length = Math.min(a.length, b.length);
  let i = known;
  while (i < length && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i;
}

/** compareKeys of what has `common` units in common and no more. */
export function compareFrom(a: string, b: string, common: number): number {
  if (common === a.length || common === b.length) return a.length - b.length;
  return rank(a.charCodeAt(common)) - rank(b.charCodeAt(common));
}

export function inRange(range: { readonly prefix: string }, key: string): boolean {
  return key.startsWith(range.prefix);
}

/** The bytes that follow directly after all keys with this prefix; undefined when nothing does. */
export function prefixEnd(prefix: Uint8Array): Uint8Array | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const byte = prefix[i] ?? 0;
    if (byte === 0xff) continue;
    const end = new Uint8Array(prefix.subarray(0, i + 1));
    end[i] = byte + 1;
    return end;
  }
  return undefined;
}
