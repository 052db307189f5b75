/** Splits a CEL expression into tokens, for ./parser.ts. Behaves like upstream cel-go/parser (CEL.g4). */
import type { Issue, LiteralExpr } from './syntax.ts';

export interface Token {
  /** Punctuation and keywords are their own kind. */
  readonly kind: string;
  readonly text: string;
  readonly position: number;
  readonly literal?: LiteralExpr;
}

const SPACE = /[\t\r\n\f ]+|\/\/[^\n]*/y;
const NUMBER = /(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)|\d+\.\d+|\.\d+(?:[eE][+-]?\d+)?)|(?:0x[0-9a-fA-F]+|\d+)[uU]?/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*|`[A-Za-z0-9_.\-/ ]+`/y;
const STRING = /([bB]?[rR]?|[rR][bB])("""|'''|"|')/y;
const PUNCTUATION = /==|!=|<=|>=|&&|\|\||[-+*/%<>!?:.,()[\]{}]/y;
const KEYWORDS = new Set(['true', 'false', 'null', 'in']);
const ESCAPE = /\\(?:([abfnrtv"'`?\\])|x([0-9a-fA-F]{2})|X([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2})|([\s\S]?))/g;
const PLAIN: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };
const MAX_INT = 2n ** 63n;
const encoder = new TextEncoder();

/** Upstream counts characters, not code units. */
export function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1) count++;
  return count;
}

/** Ends with a token of kind 'EOF'. What is no token is told in `issues` and left out. */
export function tokens(source: string): { readonly tokens: readonly Token[]; readonly issues: readonly Issue[] } {
  const out: Token[] = [];
  const issues: Issue[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  while (at < source.length) {
    const space = match(SPACE);
    if (space) {
      at += space[0].length;
      continue;
    }
    const token = stringToken(source, at, match(STRING), issues) ?? numberToken(at, match(NUMBER)) ?? wordToken(at, match(WORD)) ?? punctuation(at, match(PUNCTUATION));
    const text = token?.text ?? unrecognised(source, at);
    if (token) out.push(token);
    else issues.push({ position: at, message: `Syntax error: token recognition error at: '${text}'` });
    at += text.length;
  }
  return { tokens: [...out, { kind: 'EOF', text: '<EOF>', position: source.length }], issues };
}

/** What is read before it is clear that it is no token: the rest of the line behind a quote, the character behind half an operator. */
function unrecognised(source: string, at: number): string {
  const rest = source.slice(at);
  return /^(?:["'][^\r\n]*|[=&|][\s\S]?|[\s\S])/u.exec(rest)?.[0] ?? rest;
}

function numberToken(position: number, found: RegExpExecArray | null): Token | undefined {
  if (!found) return undefined;
  const text = found[0];
  if (/^0x|^\d+[uU]?$/.test(text)) {
    const isUint = /[uU]$/.test(text);
    return { kind: 'literal', text, position, literal: { kind: 'literal', of: isUint ? 'uint' : 'int', value: BigInt(text.replace(/[uU]$/, '')), position } };
  }
  return { kind: 'literal', text, position, literal: { kind: 'literal', of: 'double', value: Number(text), position } };
}

/** Whether an int literal, negated or not, fits 64 bits. */
export function fits(value: bigint, type: 'int' | 'uint', isNegative: boolean): boolean {
  if (type === 'uint') return value < MAX_INT * 2n;
  return isNegative ? value <= MAX_INT : value < MAX_INT;
}

function wordToken(position: number, found: RegExpExecArray | null): Token | undefined {
  return found ? { kind: KEYWORDS.has(found[0]) ? found[0] : 'word', text: found[0], position } : undefined;
}

function punctuation(position: number, found: RegExpExecArray | null): Token | undefined {
  return found ? { kind: found[0], text: found[0], position } : undefined;
}

function stringToken(source: string, position: number, found: readonly string[] | null, issues: Issue[]): Token | undefined {
  if (!found) return undefined;
  const [opening = '', prefix = '', quote = ''] = found;
  const isRaw = /r/i.test(prefix);
  const end = closing(source, position + opening.length, quote, isRaw);
  /** Three quotes that nothing ends are an empty string and a quote. */
  if (end === undefined) return quote.length === 3 ? stringToken(source, position, [opening.slice(0, -2), prefix, quote.charAt(0)], issues) : undefined;
  const text = source.slice(position, end + quote.length);
  const inner = source.slice(position + opening.length, end);
  const literal = /b/i.test(prefix) ? ({ of: 'bytes', value: isRaw ? encoder.encode(inner) : unescapeBytes(inner) } as const) : ({ of: 'string', value: isRaw ? inner : unescape(inner, position, issues) } as const);
  return { kind: 'literal', text, position, literal: { kind: 'literal', ...literal, position } };
}

function closing(source: string, from: number, quote: string, isRaw: boolean): number | undefined {
  for (let i = from; i < source.length; i++) {
    if (source.startsWith(quote, i)) return i;
    if (quote.length === 1 && (source[i] === '\n' || source[i] === '\r')) return undefined;
    if (source[i] === '\\' && !isRaw) i++;
  }
  return undefined;
}

function unescape(text: string, position: number, issues: Issue[]): string {
  return text.replace(ESCAPE, (whole: string, plain?: string, x?: string, X?: string, u?: string, U?: string, octal?: string) => {
    if (plain !== undefined) return PLAIN[plain] ?? plain;
    const hex = x ?? X ?? u ?? U;
    const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
    if (!Number.isNaN(code) && code <= 0x10ffff) return String.fromCodePoint(code);
    issues.push({ position, message: `Syntax error: token recognition error at: '${whole}'` });
    return '';
  });
}

/** Numbers of characters are bytes here. */
function unescapeBytes(text: string): Uint8Array {
  const bytes: number[] = [];
  let from = 0;
  for (const found of text.matchAll(ESCAPE)) {
    const [whole, plain, x, X, , , octal] = found;
    bytes.push(...encoder.encode(text.slice(from, found.index)));
    const hex = x ?? X;
    if (plain !== undefined) bytes.push(...encoder.encode(PLAIN[plain] ?? plain));
    else bytes.push(Number.parseInt(hex ?? octal ?? '', hex === undefined ? 8 : 16));
    from = found.index + whole.length;
  }
  return Uint8Array.from([...bytes, ...encoder.encode(text.slice(from))]);
}
