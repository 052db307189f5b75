/** URLs. Behaves like upstream apiserver/pkg/cel/library/urls.go on Go's net/url. */
import { EntryMap, Failure, Opaque, type Result } from '../values.ts';
import { of, ofText, type Library } from './function.ts';
import { parseURL, queryOf, type GoURL } from './net-url.ts';

export class URLValue extends Opaque {
  readonly typeName = 'kubernetes.URL';
  readonly url: GoURL;
  constructor(url: GoURL) {
    super();
    this.url = url;
  }
  override equals(other: Opaque): boolean {
    return other instanceof URLValue && JSON.stringify(this.url) === JSON.stringify(other.url);
  }
}

function url(text: string): Result {
  const request = parseURL(text, true);
  if ('problem' in request) return new Failure(`URL parse error during conversion from string: ${request.problem}`);
  const parsed = parseURL(text, false);
  return 'problem' in parsed ? new Failure(`URL parse error during conversion from string: ${parsed.problem}`) : new URLValue(parsed);
}

const part = (read: (url: GoURL) => Result): Library[string] => of(URLValue, ({ url: parsed }) => read(parsed));

function hostname(host: string): string {
  const bare = host.replace(/:\d*$/, '');
  return /^\[.*\]$/.test(bare) ? bare.slice(1, -1) : bare;
}

export const URLS: Library = {
  url: ofText(url),
  isURL: ofText((text) => !('problem' in parseURL(text, true))),
  getScheme: part(({ scheme }) => scheme),
  getHost: part(({ host }) => host),
  getHostname: part(({ host }) => hostname(host)),
  getPort: part(({ host }) => /:(\d*)$/.exec(host)?.[1] ?? ''),
  getEscapedPath: part(({ path }) => path),
  getQuery: part(({ query }) => new EntryMap(queryOf(query))),
};
