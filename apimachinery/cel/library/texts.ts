/** Text by code points, which is how expressions count it. */

/** How many code points. */
export function runes(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0xd800 && code <= 0xdbff && (text.charCodeAt(i + 1) & 0xfc00) === 0xdc00) {
      count--;
      i++;
    }
  }
  return count;
}

/** Code points, as strings. A plain text is itself. */
export const points = (text: string): readonly string[] => Array.from(text);

/** How many bytes in UTF-8. */
export function utf8Length(text: string): number {
  let count = 0;
  for (const point of text) {
    const code = point.codePointAt(0) ?? 0;
    count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return count;
}
