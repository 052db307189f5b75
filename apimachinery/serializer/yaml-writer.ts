/**
 * Writes YAML as upstream's answers have it: block style, keys in natural order, long lines folded at 80 columns.
 * Behaves like go.yaml.in/yaml/v2 encode.go, sorter.go and emitterc.go with their defaults.
 */
import { needsQuotes } from './yaml-scalars.ts';

const BEST_WIDTH = 80;
const MAX_SIMPLE_KEY_BYTES = 128;
const encoder = new TextEncoder();

/** The text of a value. Members are ordered by key, whatever their order in the object. */
export function encodeYaml(value: unknown): string {
  return new YamlWriter().document(value);
}

type Style = 'plain' | 'single' | 'double' | 'literal';

/** The state of the line being written; the names are the emitter's. */
class YamlWriter {
  readonly #out: string[] = [];
  #column = 0;
  /** The last character written was white space, or an indicator that needs none after it. */
  #whitespace = true;
  /** Only indentation and indicators stand in the line so far. */
  #indention = true;
  #indent = -1;

  document(value: unknown): string {
    this.#node(value, false, false);
    this.#indent = -1;
    this.#writeIndent();
    return this.#out.join('');
  }

  #node(value: unknown, inMapping: boolean, simpleKey: boolean): void {
    if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value)) this.#sequence(value, inMapping);
      else this.#mapping(value as Record<string, unknown>);
    } else if (typeof value === 'string') this.#string(value, simpleKey);
    else this.#plain(scalarText(value), false);
  }

  #sequence(list: readonly unknown[], inMapping: boolean): void {
    if (list.length === 0) return this.#empty('[', ']');
    const outer = this.#indent;
    this.#increaseIndent(inMapping && !this.#indention);
    for (const item of list) {
      this.#writeIndent();
      this.#indicator('-', true, false, true);
      this.#node(item, false, false);
    }
    this.#indent = outer;
  }

  #mapping(map: Record<string, unknown>): void {
    const keys = Object.keys(map).filter((key) => map[key] !== undefined);
    if (keys.length === 0) return this.#empty('{', '}');
    const outer = this.#indent;
    this.#increaseIndent(false);
    for (const key of keys.sort(compareKeys)) this.#entry(key, map[key]);
    this.#indent = outer;
  }

  #entry(key: string, value: unknown): void {
    this.#writeIndent();
    if (isSimpleKey(key)) {
      this.#node(key, true, true);
      this.#indicator(':', false, false, false);
    } else {
      this.#indicator('?', true, false, true);
      this.#node(key, true, false);
      this.#writeIndent();
      this.#indicator(':', true, false, true);
    }
    this.#node(value, true, false);
  }

  #empty(open: string, close: string): void {
    this.#indicator(open, true, true, false);
    this.#indicator(close, false, false, false);
  }

  #string(text: string, simpleKey: boolean): void {
    const style = styleOf(text, simpleKey);
    const outer = this.#indent;
    this.#indent = Math.max(outer, 0) + 2;
    if (style === 'plain') this.#plain(text, !simpleKey);
    else if (style === 'single') this.#single(text, !simpleKey);
    else if (style === 'double') this.#double(text, !simpleKey);
    else this.#literal(text);
    this.#indent = outer;
  }

  #plain(text: string, mayFold: boolean): void {
    if (!this.#whitespace) this.#put(' ');
    this.#foldable(text, mayFold, false);
    this.#whitespace = this.#indention = false;
  }

  #single(text: string, mayFold: boolean): void {
    this.#indicator("'", true, false, false);
    this.#foldable(text.replaceAll("'", "''"), mayFold, true);
    this.#indicator("'", false, false, false);
    this.#whitespace = this.#indention = false;
  }

  /** Words; a single space beyond the best width becomes a line break. Line breaks in single quotes are doubled. */
  #foldable(text: string, mayFold: boolean, inside: boolean): void {
    if (!(mayFold && this.#column + text.length > BEST_WIDTH) && !text.includes('\n')) return this.#put(text);
    let spaces = false;
    let breaks = false;
    const units = Array.from(text);
    units.forEach((c, i) => {
      if (c === ' ') {
        const edge = inside && (i === 0 || i === units.length - 1);
        if (mayFold && !spaces && !edge && this.#column > BEST_WIDTH && units[i + 1] !== ' ') this.#writeIndent();
        else this.#put(c);
        spaces = true;
        return;
      }
      if (isBreak(c)) {
        if (!breaks && c === '\n') this.#break();
        this.#break(c);
        this.#indention = breaks = true;
        return;
      }
      if (breaks) this.#writeIndent();
      this.#put(c);
      this.#indention = spaces = breaks = false;
    });
  }

  #double(text: string, mayFold: boolean): void {
    this.#indicator('"', true, false, false);
    let spaces = false;
    const units = Array.from(text);
    units.forEach((c, i) => {
      if (!isPrintable(c) || isBreak(c) || c === '"' || c === '\\') {
        this.#put(escaped(c));
        spaces = false;
      } else if (c === ' ') {
        if (mayFold && !spaces && this.#column > BEST_WIDTH && i > 0 && i < units.length - 1) {
          this.#writeIndent();
          if (units[i + 1] === ' ') this.#put('\\');
        } else this.#put(c);
        spaces = true;
      } else {
        this.#put(c);
        spaces = false;
      }
    });
    this.#indicator('"', false, false, false);
    this.#whitespace = this.#indention = false;
  }

  #literal(text: string): void {
    this.#indicator('|', true, false, false);
    const first = text.charAt(0);
    if (first === ' ' || isBreak(first)) this.#indicator('2', false, false, false);
    const chomping = chompingOf(text);
    if (chomping !== '') this.#indicator(chomping, false, false, false);
    this.#break();
    this.#indention = this.#whitespace = true;
    let breaks = true;
    for (const part of text.split(/([\r\n\u0085\u2028\u2029])/)) {
      if (part === '') continue;
      if (isBreak(part)) {
        this.#break(part);
        this.#indention = breaks = true;
      } else {
        if (breaks) this.#writeIndent();
        this.#put(part);
        this.#indention = breaks = false;
      }
    }
  }

  #increaseIndent(indentless: boolean): void {
    if (this.#indent < 0) this.#indent = 0;
    else if (!indentless) this.#indent += 2;
  }

  #writeIndent(): void {
    const indent = Math.max(this.#indent, 0);
    if (!this.#indention || this.#column > indent || (this.#column === indent && !this.#whitespace)) this.#break();
    if (this.#column < indent) this.#put(' '.repeat(indent - this.#column));
    this.#whitespace = this.#indention = true;
  }

  #indicator(text: string, needsWhitespace: boolean, isWhitespace: boolean, isIndention: boolean): void {
    if (needsWhitespace && !this.#whitespace) this.#put(' ');
    this.#put(text);
    this.#whitespace = isWhitespace;
    this.#indention = this.#indention && isIndention;
  }

  #put(text: string): void {
    this.#out.push(text);
    this.#column += PAIR.test(text) ? Array.from(text).length : text.length;
  }

  #break(c = '\n'): void {
    this.#out.push(c);
    this.#column = 0;
  }
}

const PAIR = /[\ud800-\udbff]/;
const isBreak = (c: string): boolean => c === '\n' || c === '\r' || c === '\u0085' || c === '\u2028' || c === '\u2029';

function isPrintable(c: string): boolean {
  const code = c.codePointAt(0) ?? 0;
  return (
    code === 0x0a ||
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff)
  );
}

const ESCAPES = new Map([
  ['\0', '0'],
  ['\x07', 'a'],
  ['\b', 'b'],
  ['\t', 't'],
  ['\n', 'n'],
  ['\v', 'v'],
  ['\f', 'f'],
  ['\r', 'r'],
  ['\x1b', 'e'],
  ['"', '"'],
  ['\\', '\\'],
  ['\u0085', 'N'],
  ['\u00a0', '_'],
  ['\u2028', 'L'],
  ['\u2029', 'P'],
]);

function escaped(c: string): string {
  const simple = ESCAPES.get(c);
  if (simple !== undefined) return `\\${simple}`;
  const code = c.codePointAt(0) ?? 0;
  const hex = code.toString(16).toUpperCase();
  if (code <= 0xff) return `\\x${hex.padStart(2, '0')}`;
  return code <= 0xffff ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

function chompingOf(text: string): string {
  if (!isBreak(text.charAt(text.length - 1))) return '-';
  return text.length === 1 || isBreak(text.charAt(text.length - 2)) ? '+' : '';
}

function isSimpleKey(key: string): boolean {
  return (
    !/[\r\n\u0085\u2028\u2029]/.test(key) && (key.length * 3 <= MAX_SIMPLE_KEY_BYTES || encoder.encode(key).length <= MAX_SIMPLE_KEY_BYTES)
  );
}

/** Texts without anything that could need quotes: letters, digits and inner marks, without white space. */
const CLEAR = /^[A-Za-z/][A-Za-z0-9_./-]*$/;

function styleOf(text: string, simpleKey: boolean): Style {
  if (CLEAR.test(text)) return needsQuotes(text) ? 'double' : 'plain';
  if (text.includes('\n')) return !simpleKey && allowsBlock(text) ? 'literal' : 'double';
  if (needsQuotes(text)) return 'double';
  if (allowsPlain(text)) return 'plain';
  return allowsSingle(text) ? 'single' : 'double';
}

/** The complement of isPrintable. */
const UNPRINTABLE = /[^\n\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd]/u;
const hasSpecial = (text: string): boolean => UNPRINTABLE.test(text) || / [\r\n\u0085\u2028\u2029]/.test(text);
const allowsBlock = (text: string): boolean => !text.endsWith(' ') && !hasSpecial(text);
const allowsSingle = (text: string): boolean => !hasSpecial(text) && !/[\r\n\u0085\u2028\u2029] /.test(text);

function allowsPlain(text: string): boolean {
  if (/^[ \r\n\u0085\u2028\u2029]|[ \r\n\u0085\u2028\u2029]$/.test(text) || /[\r\n\u0085\u2028\u2029]/.test(text) || hasSpecial(text))
    return false;
  return !/^(---|\.\.\.)|^[#,[\]{}&*!|>'"%@`]|^[-?:](?:[ \t]|$)|:(?:[ \t]|$)|[ \t]#/.test(text);
}

function scalarText(value: unknown): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return floatText(value);
  if (typeof value === 'number' && !Number.isSafeInteger(value)) return floatText(value);
  return value === null || value === undefined ? 'null' : String(value);
}

/** strconv.FormatFloat(value, 'g', -1, 64). */
function floatText(value: number): string {
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
}

const LETTER = /^\p{L}$/u;
const DIGIT = /^\p{Nd}$/u;

/** Natural order: letters after everything else, runs of digits by their number. */
export function compareKeys(a: string, b: string): number {
  const x = Array.from(a);
  const y = Array.from(b);
  for (let i = 0; i < x.length && i < y.length; i++) {
    if (x[i] !== y[i]) return compareAt(x, y, i);
  }
  return x.length - y.length;
}

function compareAt(x: readonly string[], y: readonly string[], i: number): number {
  const [c = '', d = ''] = [x[i], y[i]];
  const [cIsLetter, dIsLetter] = [LETTER.test(c), LETTER.test(d)];
  if (cIsLetter && dIsLetter) return (c.codePointAt(0) ?? 0) - (d.codePointAt(0) ?? 0);
  if (cIsLetter || dIsLetter) return dIsLetter ? -1 : 1;
  const leading = (c === '0' || d === '0') && followsNonZeroDigit(x, i) ? 1n : 0n;
  const [m, n] = [digitsFrom(x, i, leading), digitsFrom(y, i, leading)];
  if (m.value !== n.value) return m.value < n.value ? -1 : 1;
  if (m.length !== n.length) return m.length - n.length;
  return (c.codePointAt(0) ?? 0) - (d.codePointAt(0) ?? 0);
}

function followsNonZeroDigit(x: readonly string[], i: number): boolean {
  for (let j = i - 1; j >= 0 && DIGIT.test(x[j] ?? ''); j--) if (x[j] !== '0') return true;
  return false;
}

function digitsFrom(x: readonly string[], i: number, leading: bigint): { readonly value: bigint; readonly length: number } {
  let value = leading;
  let j = i;
  for (; j < x.length && DIGIT.test(x[j] ?? ''); j++)
    value = BigInt.asIntN(64, value * 10n + BigInt((x[j]?.codePointAt(0) ?? 0x30) - 0x30));
  return { value, length: j - i };
}
