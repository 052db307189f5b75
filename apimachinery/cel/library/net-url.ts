/** URLs taken apart. Behaves like Go's net/url (Parse, ParseRequestURI, ParseQuery). */
import { goQuote } from '../../go-text.ts';
import { parseAddress } from './netip.ts';

export interface GoURL {
  readonly scheme: string;
  /** What follows a scheme without a slash. */
  readonly opaque: string;
  readonly user: string | undefined;
  readonly host: string;
  /** Escaped. */
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}
export interface Problem {
  readonly problem: string;
}

/** Ends the reading of a URL. */
class URLProblem extends Error {}

const HOST_ALLOWED = /^[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"\u0080-\uffff]$/;
const USERINFO = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;
/** What a path need not escape. */
const PATH_ALLOWED = /^(?:[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]]|%[0-9a-fA-F]{2})*$/;

/** `isRequest`: as it is written in a request, absolute and without a fragment. */
export function parseURL(text: string, isRequest: boolean): GoURL | Problem {
  const hash = isRequest ? -1 : text.indexOf('#');
  const whole = hash < 0 ? text : text.slice(0, hash);
  try {
    return { ...read(whole, isRequest), fragment: hash < 0 ? '' : unescaped(text.slice(hash + 1)) };
  } catch (error) {
    if (error instanceof URLProblem) return { problem: `parse ${goQuote(whole)}: ${error.message}` };
    throw error;
  }
}

function read(text: string, isRequest: boolean): Omit<GoURL, 'fragment'> {
  // oxlint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]/.test(text)) throw new URLProblem('net/url: invalid control character in URL');
  if (text === '' && isRequest) throw new URLProblem('empty url');
  const empty = { scheme: '', opaque: '', user: undefined, host: '', path: '', query: '' };
  if (text === '*') return { ...empty, path: '*' };
  const [scheme, rest] = schemeOf(text);
  const question = rest.indexOf('?');
  const [before, query] = question < 0 ? [rest, ''] : [rest.slice(0, question), rest.slice(question + 1)];
  if (!before.startsWith('/')) {
    if (scheme !== '') return { ...empty, scheme, opaque: before, query };
    if (isRequest) throw new URLProblem('invalid URI for request');
    if (/^[^/]*:/.test(before)) throw new URLProblem('first path segment in URL cannot contain colon');
  }
  const hasAuthority = before.startsWith('//') && (scheme !== '' || (!isRequest && !before.startsWith('///')));
  if (!hasAuthority) return { ...empty, scheme, query, path: escapedPath(before) };
  const [, authority = '', path = ''] = /^\/\/([^/]*)(.*)$/s.exec(before) ?? [];
  return { ...empty, scheme, query, ...authorityOf(scheme, authority), path: escapedPath(path) };
}

function schemeOf(text: string): readonly [scheme: string, rest: string] {
  if (text.startsWith(':')) throw new URLProblem('missing protocol scheme');
  const [, scheme] = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(text) ?? [];
  return scheme === undefined ? ['', text] : [scheme.toLowerCase(), text.slice(scheme.length + 1)];
}

function authorityOf(scheme: string, authority: string): { readonly user: string | undefined; readonly host: string } {
  const at = authority.lastIndexOf('@');
  const host = hostOf(scheme, authority.slice(at + 1));
  if (at < 0) return { user: undefined, host };
  const user = authority.slice(0, at);
  if (!USERINFO.test(user)) throw new URLProblem('net/url: invalid userinfo');
  return { user: unescaped(user), host };
}

function hostOf(scheme: string, host: string): string {
  const bracket = host.lastIndexOf('[');
  if (bracket > 0) throw new URLProblem('invalid IP-literal');
  if (bracket === 0) return literalHost(host);
  const colon = scheme === 'http' || scheme === 'https' ? host.indexOf(':') : host.lastIndexOf(':');
  if (colon >= 0) checkPort(host.slice(colon));
  return unescapedHost(host);
}

function literalHost(host: string): string {
  const close = host.lastIndexOf(']');
  if (close < 0) throw new URLProblem("missing ']' in host");
  checkPort(host.slice(close + 1));
  const literal = host.slice(1, close);
  const zone = literal.indexOf('%25');
  const name = zone < 0 ? unescapedHost(literal) : unescapedHost(literal.slice(0, zone)) + unescaped(literal.slice(zone));
  const address = parseAddress(name);
  if ('problem' in address) throw new URLProblem(`invalid host: ${address.problem}`);
  if (address.bytes.length === 4) throw new URLProblem('invalid IP-literal');
  return `[${name}]${host.slice(close + 1)}`;
}

function checkPort(port: string): void {
  if (!/^(?::[0-9]*)?$/.test(port)) throw new URLProblem(`invalid port ${goQuote(port)} after host`);
}

function unescapedHost(host: string): string {
  for (const [escape] of host.matchAll(/%[0-7][0-9a-fA-F]/g)) if (escape !== '%25') throw new URLProblem(`invalid URL escape ${goQuote(escape)}`);
  const plain = unescaped(host);
  for (const char of host.replace(/%[0-9a-fA-F]{2}/g, '')) if (char < '\u0080' && !HOST_ALLOWED.test(char)) throw new URLProblem(`invalid character ${goQuote(char)} in host name`);
  return plain;
}

function unescaped(text: string): string {
  const wrong = /%(?![0-9a-fA-F]{2}).{0,2}/s.exec(text);
  if (wrong) throw new URLProblem(`invalid URL escape ${goQuote(wrong[0])}`);
  return decoded(text);
}

/** Bytes that are no UTF-8 become the replacement character. */
function decoded(text: string): string {
  return text.replace(/(?:%[0-9a-fA-F]{2})+/g, (run) => new TextDecoder().decode(Uint8Array.from(run.slice(1).split('%'), (hex) => Number.parseInt(hex, 16))));
}

/** As written when that is a valid escaping; else escaped anew. */
function escapedPath(path: string): string {
  unescaped(path);
  if (PATH_ALLOWED.test(path)) return path;
  return [...new TextEncoder().encode(path)].map((byte) => pathByte(String.fromCharCode(byte), byte)).join('');
}

const pathByte = (char: string, byte: number): string => (/^[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]%]$/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`);

/** In the order of the keys' first mention; pairs that are not well formed are left out. */
export function queryOf(query: string): ReadonlyMap<string, string[]> {
  const out = new Map<string, string[]>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';') || /%(?![0-9a-fA-F]{2})/.test(pair)) continue;
    const equals = pair.indexOf('=');
    const [key, value] = (equals < 0 ? [pair, ''] : [pair.slice(0, equals), pair.slice(equals + 1)]).map((part) => decoded(part.replaceAll('+', ' ')));
    out.set(key ?? '', [...(out.get(key ?? '') ?? []), value ?? '']);
  }
  return out;
}
