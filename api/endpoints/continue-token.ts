/** Where the next page of a list begins. Behaves like upstream apiserver/pkg/storage/continue.go. */
import { newBadRequest } from '../../apimachinery/errors.ts';

export interface Continuation {
  /** Relative to the list's prefix; the page starts at this key, inclusive. */
  readonly start: string;
  /** -1: at the newest revision. */
  readonly revision: number;
}

/** `lastKey`: the last item's, relative to the list's prefix. */
export function encodeContinue(lastKey: string, revision: number): string {
  return encodeStart(`${lastKey}\u0000`, revision);
}

export function encodeStart(start: string, revision: number): string {
  return toBase64Url(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start }));
}

/** Throws BadRequest. */
export function decodeContinue(token: string): Continuation {
  const { v, rv, start } = parsed(fromBase64Url(token));
  if (v !== 'meta.k8s.io/v1') throw invalidToken(`continue key is not valid: server does not recognize this encoded version ${typeof v === 'string' ? v : ''}`);
  if (typeof rv !== 'number' || rv === 0) throw invalidToken('continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (typeof start !== 'string' || start === '') throw invalidToken('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  const key = start.startsWith('/') ? start.slice(1) : start;
  if (!isClean(key)) throw invalidToken(`continue key is not valid: ${start}`);
  return { start: key, revision: rv };
}

/** No way out of the prefix. */
function isClean(key: string): boolean {
  return key !== '' && key.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

const invalidToken = (why: string): Error => newBadRequest(`invalid continue token: ${why}`);

function parsed(bytes: Uint8Array): { v?: unknown; rv?: unknown; start?: unknown } {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return typeof value === 'object' && value !== null ? value : {};
  } catch (error) {
    throw newBadRequest(`invalid continue token: continue key is not valid: ${goSyntaxError(bytes)}`, error);
  }
}

/** Go's words for text that is not JSON at all. */
function goSyntaxError(bytes: Uint8Array): string {
  const code = bytes.find((b) => b !== 0x20 && b !== 0x09 && b !== 0x0a && b !== 0x0d);
  if (code === undefined) return 'unexpected end of JSON input';
  const shown = code > 0x1f && code < 0x7f ? String.fromCharCode(code) : `\\u${code.toString(16).padStart(4, '0')}`;
  return `invalid character '${shown}' looking for beginning of value`;
}

function toBase64Url(text: string): string {
  return btoa(Array.from(new TextEncoder().encode(text), (b) => String.fromCharCode(b)).join(''))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replace(/=+$/, '');
}

function fromBase64Url(token: string): Uint8Array {
  const bad = /[^A-Za-z0-9_-]/.exec(token);
  if (bad || token.length % 4 === 1) throw invalidToken(`continue key is not valid: illegal base64 data at input byte ${bad?.index ?? token.length - 1}`);
  return Uint8Array.from(atob(token.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
}
