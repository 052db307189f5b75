/** Warning headers (RFC 7234, code 299). Behaves like upstream apimachinery/pkg/util/net NewWarningHeader and apiserver/pkg/endpoints/filters/warning.go. */

/** All of an answer's warnings together; those beyond are cut so that clients with small header buffers cope. */
const MAX_TOTAL = 4 * 1024;

const encoder = new TextEncoder();

/** One header value per warning. Texts that hold control characters or broken UTF-16 are left out, as upstream refuses them. */
export function warningHeaders(texts: readonly string[]): readonly string[] {
  const values: string[] = [];
  let total = 0;
  for (const text of texts) {
    if (!isPrintable(text)) continue;
    const value = `299 - ${quote(text)}`;
    total += encoder.encode(value).length;
    if (total > MAX_TOTAL) break;
    values.push(value);
  }
  return values;
}

// oxlint-disable-next-line no-control-regex
const isPrintable = (text: string): boolean => !/[\u0000-\u001f\u007f]|\p{Surrogate}/u.test(text);

/** Header values are bytes: what lies beyond Latin-1 travels as UTF-8 octets. */
function quote(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('"', '\\"');
  // oxlint-disable-next-line no-control-regex
  const bytes = /^[\u0000-\u007f]*$/.test(escaped) ? escaped : Array.from(encoder.encode(escaped), (b) => String.fromCharCode(b)).join('');
  return `"${bytes}"`;
}
