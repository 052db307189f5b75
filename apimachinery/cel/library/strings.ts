/** Functions of text. Behaves like upstream cel-go/ext/strings.go, version 2, and the standard functions of strings. */
import { Failure, isList, type Result, type Value } from '../values.ts';
import { formatted } from './formatting.ts';
import { ofText, ofTexts, type Implementation, type Library } from './function.ts';
import { points } from './texts.ts';

const outOfRange = (n: bigint): Failure => new Failure(`index out of range: ${n}`);

/** Of a text and whole numbers. */
const at =
  (f: (text: readonly string[], ...numbers: readonly bigint[]) => Result): Implementation =>
  ([text, ...numbers]) =>
    typeof text === 'string' && numbers.every((n) => typeof n === 'bigint') ? f(points(text), ...numbers) : undefined;

function charAt(text: readonly string[], n = 0n): Result {
  return n < 0n || n > text.length ? outOfRange(n) : (text[Number(n)] ?? '');
}

function substring(text: readonly string[], start = 0n, end?: bigint): Result {
  if (end !== undefined && start > end) return new Failure(`invalid substring range. start: ${start}, end: ${end}`);
  if (start < 0n || start > text.length) return outOfRange(start);
  if (end !== undefined && (end < 0n || end > text.length)) return outOfRange(end);
  return text.slice(Number(start), end === undefined ? undefined : Number(end)).join('');
}

const standsAt = (text: readonly string[], part: readonly string[], i: number): boolean => part.every((p, j) => text[i + j] === p);

function indexOf([text, part, offset = 0n]: readonly Value[]): Result | undefined {
  if (typeof text !== 'string' || typeof part !== 'string' || typeof offset !== 'bigint') return undefined;
  if (part === '') return offset;
  if (offset < 0n) return outOfRange(offset);
  const [whole, wanted] = [points(text), points(part)];
  for (let i = Number(offset); i <= whole.length - wanted.length; i++) if (standsAt(whole, wanted, i)) return BigInt(i);
  return -1n;
}

function lastIndexOf([text, part, offset]: readonly Value[]): Result | undefined {
  if (typeof text !== 'string' || typeof part !== 'string' || (offset !== undefined && typeof offset !== 'bigint')) return undefined;
  const [whole, wanted] = [points(text), points(part)];
  if (part === '') return offset ?? BigInt(whole.length);
  if (offset !== undefined && offset < 0n) return outOfRange(offset);
  if (offset !== undefined && offset >= whole.length) return -1n;
  const from = Math.min(offset === undefined ? whole.length - 1 : Number(offset), whole.length - wanted.length);
  for (let i = from; i >= 0; i--) if (standsAt(whole, wanted, i)) return BigInt(i);
  return -1n;
}

/** As Go's strings.SplitN: a negative limit is none. */
function split(text: string, separator: string, limit: number): string[] {
  if (limit === 0) return [];
  const parts = separator === '' ? [...points(text)] : text.split(separator);
  if (limit < 0 || parts.length <= limit) return parts;
  return [...parts.slice(0, limit - 1), parts.slice(limit - 1).join(separator)];
}

/** Longer texts are not made: they would take all the memory, at a cost that does not tell. */
const LONGEST = 2 ** 27;

function checkLength(length: number): void {
  if (length > LONGEST) throw new RangeError('text too long');
}

function replace([text, old, fresh, limit = -1n]: readonly Value[]): Result | undefined {
  if (typeof text !== 'string' || typeof old !== 'string' || typeof fresh !== 'string' || typeof limit !== 'bigint') return undefined;
  if (limit === 0n) return text;
  if (old === '') return surrounded(points(text), fresh, limit);
  const parts = split(text, old, limit < 0n ? -1 : Number(limit) + 1);
  checkLength(text.length + (parts.length - 1) * fresh.length);
  return parts.join(fresh);
}

/** With something before each code point and at the end, `limit` times. */
function surrounded(text: readonly string[], fresh: string, limit: bigint): string {
  const count = limit < 0n ? text.length + 1 : Math.min(Number(limit), text.length + 1);
  checkLength(text.length + count * fresh.length);
  return text.map((point, i) => (i < count ? fresh + point : point)).join('') + (count > text.length ? fresh : '');
}

function join([list, separator = '']: readonly Value[]): Result | undefined {
  if (!isList(list) || typeof separator !== 'string') return undefined;
  const wrong = list.find((v) => typeof v !== 'string');
  return wrong === undefined ? list.join(separator) : new Failure(`join: invalid input: ${String(wrong)}`);
}

const ESCAPES: Readonly<Record<string, string>> = { '\x07': '\\a', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\v': '\\v', '\\': '\\\\', '"': '\\"' };
// oxlint-disable-next-line no-control-regex
const ESCAPED = /[\x07\b\f\n\r\t\v\\"]/g;
/** What Go's strings.TrimSpace takes away. */
const SPACE = /^[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t\n\v\f\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

export const STRINGS: Library = {
  contains: ofTexts((text, part) => text.includes(part)),
  startsWith: ofTexts((text, part) => text.startsWith(part)),
  endsWith: ofTexts((text, part) => text.endsWith(part)),
  charAt: at(charAt),
  substring: at(substring),
  indexOf,
  lastIndexOf,
  lowerAscii: ofText((text) => text.replace(/[A-Z]+/g, (part) => part.toLowerCase())),
  upperAscii: ofText((text) => text.replace(/[a-z]+/g, (part) => part.toUpperCase())),
  trim: ofText((text) => text.replace(SPACE, '')),
  replace,
  split: ([text, separator, limit = -1n]) => (typeof text === 'string' && typeof separator === 'string' && typeof limit === 'bigint' ? split(text, separator, Number(limit)) : undefined),
  join,
  format: ([text, args]) => (typeof text === 'string' && isList(args) ? formatted(text, args) : undefined),
  'strings.quote': ofText((text) => `"${text.replace(ESCAPED, (c) => ESCAPES[c] ?? c)}"`),
  'jsonpatch.escapeKey': ofText((text) => text.replace(/[/~]/g, (c) => (c === '/' ? '~1' : '~0'))),
};
