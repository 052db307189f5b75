/** How Go's time package quotes what it could not read: control characters and everything beyond ASCII as bytes in hexadecimal. Behaves like Go's time.quote (not like strconv.Quote). */
export const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&').replace(/[^\x20-\x7f]/gu, bytesOf)}"`;

function bytesOf(char: string): string {
  let hex = '';
  for (const byte of new TextEncoder().encode(char)) hex += `\\x${byte.toString(16).padStart(2, '0')}`;
  return hex;
}
