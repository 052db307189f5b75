/**
 * JSON as the API speaks it: parsing of hostile input and Go's output form. Neighbours: ../schema/normalise.ts makes a typed object of what is parsed here; ./yaml.ts and ./protobuf/ are the other encodings.
 * Behaves like upstream sigs.k8s.io/json (reading) and encoding/json (writing).
 */
import { parseExactly, type JsonNotes } from './json-parser.ts';

export { JsonSyntaxError, type JsonNotes } from './json-parser.ts';

export interface JsonLimits {
  /** How deep objects and lists may nest. Upstream allows 10,000; the default is lower because interpreters recur on the call stack. */
  readonly maxDepth: number;
}
export const DEFAULT_LIMITS: JsonLimits = { maxDepth: 1_000 };

export interface JsonDocument {
  /** Plain objects (a `__proto__` key is an own property), lists, strings, booleans, null, numbers; integers beyond ±2^53 are bigint. Of duplicate keys the last wins. Owned by the caller. */
  readonly value: unknown;
  /** What plain values cannot tell: duplicate members, and numbers whose text matters. Absent for nearly all documents. */
  readonly notes?: JsonNotes;
  /** `duplicate field "spec.replicas"` for each duplicate, as a decoder without a schema reports them (at most 100). A decoder with a schema reports its own from `notes`. */
  readonly problems: readonly string[];
}

const NO_PROBLEMS: readonly string[] = [];
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const REPLACEMENT = '\ufffd';
const encoder = new TextEncoder();

/** Parses one JSON document. Throws JsonSyntaxError (upstream's message) when it is malformed or too deep. Invalid UTF-8 in strings becomes U+FFFD. */
export function decodeJson(bytes: Uint8Array, limits: JsonLimits = DEFAULT_LIMITS): JsonDocument {
  const members = countMembersInText(bytes, limits.maxDepth);
  if (members >= 0) {
    const value = parseFast(bytes);
    if (value !== undefined && countMembers(value) === members) return { value, problems: NO_PROBLEMS };
  }
  return parseExactly(bytes, limits.maxDepth);
}

/** Undefined: the exact parser must look (and name the mistake, or replace invalid UTF-8 as Go does). */
function parseFast(bytes: Uint8Array): unknown {
  const text = decoder.decode(bytes);
  if (text.includes(REPLACEMENT)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * One pass over the bytes: the number of object members, or -1 when something needs the exact parser: deep nesting, 16 digits or more, fractions and exponents, escaped surrogates.
 * It judges nothing: malformed input is left to the parsers.
 */
function countMembersInText(bytes: Uint8Array, maxDepth: number): number {
  const length = bytes.length;
  let members = 0;
  let depth = 0;
  let i = 0;
  while (i < length) {
    const c = bytes[i++] as number;
    if (c === 0x22) {
      i = endOfString(bytes, i);
      if (i < 0) return -1;
    } else if (c === 0x3a) members++;
    else if (c === 0x7b || c === 0x5b) {
      if (++depth > maxDepth) return -1;
    } else if (c === 0x7d || c === 0x5d) depth--;
    else if (c >= 0x30 && c <= 0x39) {
      const start = i;
      while (i < length && isDigit(bytes[i] as number)) i++;
      if (i - start >= 15 || isFraction(bytes[i])) return -1;
    }
  }
  return members;
}

const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;
const isFraction = (c: number | undefined): boolean => c === 0x2e || c === 0x65 || c === 0x45;

/** The index after the closing quote; -1: unterminated, or an escaped surrogate. */
function endOfString(bytes: Uint8Array, from: number): number {
  const length = bytes.length;
  let i = from;
  while (i < length) {
    const c = bytes[i++] as number;
    if (c === 0x22) return i;
    if (c !== 0x5c) continue;
    if (bytes[i] === 0x75 && ((bytes[i + 1] as number) | 0x20) === 0x64) return -1;
    i++;
  }
  return -1;
}

function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object' && item !== null) count += countMembers(item);
    return count;
  }
  for (const key in value) {
    count++;
    const member = (value as Record<string, unknown>)[key];
    if (typeof member === 'object' && member !== null) count += countMembers(member);
  }
  return count;
}

const SPECIAL = ['<', '>', '&', '\u2028', '\u2029'];
const ESCAPED = /[<>&\u2028\u2029]/g;
const INTEGER_KEY = /"\d+":/;

const escapeHtml = (c: string): string => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * Canonical text without a final newline. Members keep the object's order (normalised objects are in Go's), except that objects with integer-like keys, which JavaScript reorders, are sorted by bytes.
 * `<`, `>`, `&`, U+2028 and U+2029 are escaped as Go does.
 */
export function encodeJson(value: unknown): string {
  return escaped(stringify(value));
}

/** encodeJson in UTF-8. */
export function encodeJsonBytes(value: unknown): Uint8Array {
  return encoder.encode(encodeJson(value));
}

/** encodeJson over several lines, as `?pretty=true` and people want it. */
export function encodeJsonPretty(value: unknown): string {
  return escaped(stringifyExactly(value, '\n'));
}

/** String.includes finds a character much faster than a pattern. */
function escaped(text: string): string {
  return SPECIAL.some((c) => text.includes(c)) ? text.replace(ESCAPED, escapeHtml) : text;
}

/** encodeJson without the escapes for HTML. */
export function stringify(value: unknown): string {
  try {
    const text = JSON.stringify(value) ?? 'null';
    return INTEGER_KEY.test(text) ? stringifyExactly(value) : text;
  } catch (error) {
    // A bigint. A cycle cannot occur in an API object.
    if (error instanceof TypeError) return stringifyExactly(value);
    throw error;
  }
}

/** `line`: a line break and the indentation of the value; '' writes everything on one line. */
function stringifyExactly(value: unknown, line = ''): string {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const inner = line === '' ? '' : `${line}  `;
  if (Array.isArray(value))
    return enclosed(
      '[',
      value.map((item) => stringifyExactly(item, inner)),
      ']',
      line,
    );
  const object = value as Record<string, unknown>;
  const keys = memberNames(object);
  const colon = line === '' ? ':' : ': ';
  return enclosed(
    '{',
    keys.map((key) => `${JSON.stringify(key)}${colon}${stringifyExactly(object[key], inner)}`),
    '}',
    line,
  );
}

function enclosed(open: string, parts: readonly string[], close: string, line: string): string {
  if (line === '' || parts.length === 0) return `${open}${parts.join(',')}${close}`;
  return `${open}${line}  ${parts.join(`,${line}  `)}${line}${close}`;
}

/** Names of the members that are there, in the order in which they are written. */
export function memberNames(object: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(object).filter((name) => object[name] !== undefined);
  return names.some(isIntegerKey) ? names.sort(compareBytes) : names;
}

/** Whether all of it is digits: JavaScript orders such members by value. */
export const isIntegerKey = (key: string): boolean => /^\d+$/.test(key);

/** Orders strings as their UTF-8 bytes order: Go's order of map keys. */
export function compareBytes(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

/** Surrogates stand for code points above U+FFFF: they come after all other units. */
const rank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);
