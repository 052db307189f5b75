/** libyaml's words for the mistakes that the `yaml` package finds: clients see upstream's messages. Beside ./yaml.ts. */
import type { LineCounter, YAMLError } from 'yaml';

/** Where a mistake is. */
interface Found {
  readonly code: string;
  readonly message: string;
  /** Lines count from 1. */
  readonly line: number;
  /** The text from the beginning up to the mistake, and from there on. */
  readonly before: string;
  readonly after: string;
}

/** `line 3: mapping values are not allowed in this context`. */
export function yamlErrorText(error: YAMLError, lines: LineCounter, text: string): string {
  const [at] = error.pos;
  const found = {
    code: error.code,
    message: error.message,
    line: lines.linePos(at).line,
    before: text.slice(0, at),
    after: text.slice(at),
  };
  return (RULES[error.code] ?? otherwise)(found);
}

/** libyaml's scanner counts from 1, and is silent about the first line; its parser counts from 0. */
const scanner = (line: number, words: string): string => (line > 1 ? `line ${line}: ${words}` : words);
const parser = (line: number, words: string): string => (line > 1 ? `line ${line - 1}: ${words}` : words);
/** At the end of the text: the number of its lines. */
const atEnd = (found: Found, words: string): string =>
  `line ${(found.before + found.after).replace(/\n$/, '').split('\n').length}: ${words}`;

const NO_KEY = 'did not find expected key';
const NO_NODE = 'did not find expected node content';
const NO_COLON = "could not find expected ':'";
const NO_MAPPING = 'mapping values are not allowed in this context';

const otherwise = (found: Found): string => parser(found.line, NO_NODE);

/** A flow collection that does not end: after its bracket, a comma or a colon something must follow. */
function unclosed(found: Found): string {
  const open = lastOpen(found.before);
  if (open === undefined) return otherwise(found);
  const words = /(^|[,:])$/.test(open.rest.trim()) ? NO_NODE : `did not find expected ',' or '${open.bracket === '[' ? ']' : '}'}'`;
  return found.after.trim() === '' ? atEnd(found, words) : parser(found.line, words);
}

function lastOpen(text: string): { readonly bracket: string; readonly rest: string } | undefined {
  const at = Math.max(text.lastIndexOf('['), text.lastIndexOf('{'));
  return at < 0 ? undefined : { bracket: text.charAt(at), rest: text.slice(at + 1) };
}

/** `a: b: c`, or a deeper line after a value: the colon is what does not fit. */
function nested(found: Found): string {
  if (found.message.includes('block sequence')) return parser(found.line, NO_KEY);
  const rest = found.after.split('\n');
  const further = rest.findIndex((line) => /:(\s|$)/.test(line));
  return scanner(found.line + Math.max(further, 0), NO_MAPPING);
}

function multiline(found: Found): string {
  if (found.after.startsWith('-')) return parser(found.line, NO_KEY);
  const open = lastOpen(found.before);
  if (open && !/[\]}]/.test(open.rest)) return `line ${found.line}: did not find expected ',' or '${open.bracket === '[' ? ']' : '}'}'`;
  return scanner(found.line + 1, found.before.trim() === '' ? NO_MAPPING : NO_COLON);
}

function missing(found: Found): string {
  if (found.message.includes('must end with')) return unclosed(found);
  if (found.message.includes('quote')) return scanner((found.before + found.after).split('\n').length, 'found unexpected end of stream');
  return scanner(found.line + 1, NO_COLON);
}

function unexpected(found: Found): string {
  if (found.message.includes('block-seq-ind')) return scanner(found.line, 'block sequence entries are not allowed in this context');
  if (found.message.includes('header')) return scanner(found.line, 'did not find expected comment or line break');
  if (found.message.includes('flow-') && /[:-]\s*$/.test(found.before)) return parser(found.line, NO_NODE);
  return parser(found.line, found.before.trimStart().startsWith('- ') ? "did not find expected '-' indicator" : NO_KEY);
}

/** After a plain value the tab breaks its indentation; elsewhere it begins nothing. */
function tab(found: Found): string {
  const previous = found.before.trimEnd();
  return scanner(
    found.line,
    /[:'"\]}]$/.test(previous) || previous === ''
      ? 'found character that cannot start any token'
      : 'found a tab character that violates indentation',
  );
}

const RULES: Readonly<Record<string, (found: Found) => string>> = {
  TAB_AS_INDENT: tab,
  BAD_SCALAR_START: (found) => scanner(found.line, 'found character that cannot start any token'),
  BLOCK_AS_IMPLICIT_KEY: nested,
  MULTILINE_IMPLICIT_KEY: multiline,
  MISSING_CHAR: missing,
  UNEXPECTED_TOKEN: unexpected,
  BAD_INDENT: (found) => (found.message.startsWith('Flow') ? unclosed(found) : parser(found.line, NO_KEY)),
  BAD_DQ_ESCAPE: (found) =>
    scanner(found.line, /^\\[xuU]/.test(found.after) ? 'did not find expected hexdecimal number' : 'found unknown escape character'),
};
