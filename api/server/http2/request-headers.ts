/** The fields of a request, and what makes them malformed (RFC 9113, sections 8.1 to 8.3). Neighbour: connection.ts. Behaves like upstream golang.org/x/net/http2/server.go (processHeaders). */

const PSEUDO: ReadonlySet<string> = new Set([':method', ':scheme', ':authority', ':path']);
/** They speak of a connection, which HTTP/2 does by other means. */
const OF_CONNECTION: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);
/** Tokens in small letters. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;
const COLON = 0x3a;

/** By name, pseudo fields among them; several values of a name are joined as node joins them. Undefined when the request is malformed. `fields`: names and values in turn. */
export function requestHeaders(fields: readonly string[]): Record<string, string> | undefined {
  const headers = Object.create(null) as Record<string, string>;
  let isRegular = false;
  for (let i = 0; i < fields.length; i += 2) {
    const name = fields[i] as string;
    const value = fields[i + 1] as string;
    if (name.charCodeAt(0) === COLON) {
      if (isRegular || !PSEUDO.has(name) || headers[name] !== undefined) return undefined;
      headers[name] = value;
      continue;
    }
    isRegular = true;
    if (!isRegularField(name, value)) return undefined;
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}${name === 'cookie' ? '; ' : ', '}${value}`;
  }
  return headers[':method'] && headers[':scheme'] && headers[':path'] ? headers : undefined;
}

/** Fields behind a body. */
export function areTrailers(fields: readonly string[]): boolean {
  for (let i = 0; i < fields.length; i += 2) if (!isRegularField(fields[i] as string, fields[i + 1] as string)) return false;
  return true;
}

function isRegularField(name: string, value: string): boolean {
  if (!NAME.test(name) || CONTROL.test(value) || OF_CONNECTION.has(name)) return false;
  return name !== 'te' || value === 'trailers';
}

/** The announced length of the body; undefined: none; NaN: nonsense. */
export function lengthOf(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['content-length'];
  if (text === undefined) return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
