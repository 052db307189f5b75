/** The exact JSON parser behind ./json.ts: keeps what JSON.parse loses (duplicate members, long integers, the text of odd numbers) and words its errors as Go does. */

/** Thrown for malformed JSON. The message is upstream's, e.g. `invalid character 'x' looking for beginning of value`. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
}

export interface JsonNotes {
  /** Objects with duplicate members: all members in document order. */
  readonly members: ReadonlyMap<object, readonly (readonly [key: string, value: unknown])[]>;
  /** The texts of numbers that String(number) does not give back (`1.0`, `1e3`), by object or list and by key or index. */
  readonly numbers: ReadonlyMap<object, ReadonlyMap<string | number, string>>;
}

/** Like strconv.Quote, in single quotes, for one byte. */
function quoteByte(byte: number): string {
  if (byte === 0x27) return `'\\''`;
  if (byte === 0x22) return `'"'`;
  const simple = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 92: '\\\\' }[byte];
  if (simple !== undefined) return `'${simple}'`;
  if (byte < 0x20 || byte === 0x7f) return `'\\x${byte.toString(16).padStart(2, '0')}'`;
  if ((byte >= 0x80 && byte <= 0xa0) || byte === 0xad) return `'\\u00${byte.toString(16)}'`;
  return `'${String.fromCharCode(byte)}'`;
}

const MAX_PROBLEMS = 100;
const LITERALS: Record<number, { readonly text: string; readonly value: boolean | null }> = {
  0x74: { text: 'true', value: true },
  0x66: { text: 'false', value: false },
  0x6e: { text: 'null', value: null },
};
const SIMPLE_ESCAPES: Record<number, string> = {
  0x22: '"',
  0x5c: '\\',
  0x2f: '/',
  0x62: '\b',
  0x66: '\f',
  0x6e: '\n',
  0x72: '\r',
  0x74: '\t',
};

export function parseExactly(bytes: Uint8Array, maxDepth: number): { value: unknown; notes?: JsonNotes; problems: readonly string[] } {
  const parser = new Parser(bytes, maxDepth);
  const value = parser.document();
  const noted = parser.members.size > 0 || parser.numbers.size > 0;
  return { value, problems: parser.problems, ...(noted && { notes: { members: parser.members, numbers: parser.numbers } }) };
}

class Parser {
  readonly members = new Map<object, (readonly [string, unknown])[]>();
  readonly numbers = new Map<object, Map<string | number, string>>();
  readonly problems: string[] = [];
  readonly #bytes: Uint8Array;
  readonly #maxDepth: number;
  #at = 0;
  #depth = 0;
  /** The way to the value being read: `.key` and `[index]` joined. */
  #path = '';
  /** Text of the number just read, when String(number) differs. */
  #oddNumber: string | undefined;

  constructor(bytes: Uint8Array, maxDepth: number) {
    this.#bytes = bytes;
    this.#maxDepth = maxDepth;
  }

  document(): unknown {
    const value = this.#value();
    this.#skipSpace();
    if (this.#at < this.#bytes.length) this.#fail('after top-level value');
    return value;
  }

  #value(): unknown {
    this.#skipSpace();
    const c = this.#bytes[this.#at];
    this.#oddNumber = undefined;
    if (c === 0x7b) return this.#object();
    if (c === 0x5b) return this.#list();
    if (c === 0x22) return this.#string();
    if (c === 0x2d || (c !== undefined && isDigit(c))) return this.#number();
    const literal = c === undefined ? undefined : LITERALS[c];
    if (literal) return this.#literal(literal);
    return this.#fail('looking for beginning of value');
  }

  #object(): Record<string, unknown> {
    this.#enter();
    const object: Record<string, unknown> = {};
    const path = this.#path;
    let entries: (readonly [string, unknown])[] | undefined;
    this.#skipSpace();
    if (!this.#take(0x7d)) {
      do {
        const key = this.#key();
        const repeated = Object.hasOwn(object, key);
        this.#path = path === '' ? key : `${path}.${key}`;
        if (repeated) {
          this.#report(this.#path);
          entries ??= Object.entries(object);
        }
        const value = this.#value();
        if (this.#oddNumber !== undefined) this.#noteNumber(object, key);
        setOwn(object, key, value);
        entries?.push([key, value]);
        this.#skipSpace();
      } while (this.#another(0x7d, 'after object key:value pair'));
      this.#path = path;
    }
    this.#depth--;
    if (entries) this.members.set(object, entries);
    return object;
  }

  #key(): string {
    this.#skipSpace();
    if (this.#bytes[this.#at] !== 0x22) this.#fail('looking for beginning of object key string');
    const key = this.#string();
    this.#skipSpace();
    if (!this.#take(0x3a)) this.#fail('after object key');
    return key;
  }

  #list(): unknown[] {
    this.#enter();
    const list: unknown[] = [];
    const path = this.#path;
    this.#skipSpace();
    if (!this.#take(0x5d)) {
      do {
        this.#path = `${path}[${list.length}]`;
        const value = this.#value();
        if (this.#oddNumber !== undefined) this.#noteNumber(list, list.length);
        list.push(value);
        this.#skipSpace();
      } while (this.#another(0x5d, 'after array element'));
      this.#path = path;
    }
    this.#depth--;
    return list;
  }

  #enter(): void {
    if (++this.#depth > this.#maxDepth) this.#fail('exceeded max depth');
    this.#at++;
  }

  /** After an element: true when a comma follows, false at the end. */
  #another(end: number, context: string): boolean {
    if (this.#take(0x2c)) return true;
    if (this.#take(end)) return false;
    return this.#fail(context);
  }

  #literal(literal: { readonly text: string; readonly value: boolean | null }): boolean | null {
    for (let i = 1; i < literal.text.length; i++) {
      this.#at++;
      if (this.#bytes[this.#at] !== literal.text.charCodeAt(i)) this.#failInLiteral(literal.text, i);
    }
    this.#at++;
    return literal.value;
  }

  /** Where the text ends in a literal, Go's scanner meets a space of its own. */
  #failInLiteral(literal: string, i: number): never {
    const context = `in literal ${literal} (expecting '${literal.charAt(i)}')`;
    if (this.#at < this.#bytes.length) return this.#fail(context);
    throw new JsonSyntaxError(`invalid character ' ' ${context}`);
  }

  #number(): number | bigint {
    const start = this.#at;
    this.#take(0x2d);
    if (!this.#take(0x30)) this.#digits('in numeric literal');
    let plain = true;
    if (this.#take(0x2e)) {
      plain = false;
      this.#digits('after decimal point in numeric literal');
    }
    if (this.#take(0x65) || this.#take(0x45)) {
      plain = false;
      if (!this.#take(0x2b)) this.#take(0x2d);
      this.#digits('in exponent of numeric literal');
    }
    return this.#numberOf(String.fromCharCode(...this.#bytes.subarray(start, Math.min(this.#at, start + 1_000))), plain);
  }

  #numberOf(text: string, plain: boolean): number | bigint {
    const number = Number(text);
    if (plain && !Number.isSafeInteger(number)) {
      const integer = BigInt(text);
      return BigInt.asIntN(64, integer) === integer ? integer : this.#odd(number, text);
    }
    if (!Number.isFinite(number)) return this.#odd(number, text);
    return String(number) === text ? number : this.#odd(number, text);
  }

  #odd(number: number, text: string): number {
    this.#oddNumber = text;
    return number;
  }

  #digits(context: string): void {
    if (!isDigit(this.#bytes[this.#at] ?? 0)) this.#fail(context);
    while (isDigit(this.#bytes[this.#at] ?? 0)) this.#at++;
  }

  #string(): string {
    let start = ++this.#at;
    let text = '';
    for (;;) {
      const c = this.#bytes[this.#at];
      if (c === 0x22) break;
      if (c === 0x5c) {
        text += utf8(this.#bytes, start, this.#at) + this.#escape();
        start = this.#at;
      } else if (c === undefined || c < 0x20) this.#fail('in string literal');
      else this.#at++;
    }
    text += utf8(this.#bytes, start, this.#at);
    this.#at++;
    return text;
  }

  #escape(): string {
    const c = this.#bytes[++this.#at];
    if (c === 0x75) return this.#unicodeEscape();
    const simple = c === undefined ? undefined : SIMPLE_ESCAPES[c];
    if (simple === undefined) return this.#fail('in string escape code');
    this.#at++;
    return simple;
  }

  #unicodeEscape(): string {
    const unit = this.#hexUnit();
    if (unit < 0xd800 || unit > 0xdfff) return String.fromCharCode(unit);
    const low = this.#peekLowSurrogate();
    if (unit > 0xdbff || low === undefined) return '\ufffd';
    this.#at += 6;
    return String.fromCharCode(unit, low);
  }

  #hexUnit(): number {
    let unit = 0;
    for (let i = 0; i < 4; i++) {
      const digit = hexDigit(this.#bytes[++this.#at]);
      if (digit < 0) this.#fail('in \\u hexadecimal character escape');
      unit = unit * 16 + digit;
    }
    this.#at++;
    return unit;
  }

  #peekLowSurrogate(): number | undefined {
    const b = this.#bytes;
    if (b[this.#at] !== 0x5c || b[this.#at + 1] !== 0x75) return undefined;
    let unit = 0;
    for (let i = 2; i < 6; i++) unit = unit * 16 + hexDigit(b[this.#at + i]);
    return unit >= 0xdc00 && unit <= 0xdfff ? unit : undefined;
  }

  #noteNumber(holder: object, key: string | number): void {
    let texts = this.numbers.get(holder);
    if (!texts) this.numbers.set(holder, (texts = new Map()));
    texts.set(key, this.#oddNumber ?? '');
    this.#oddNumber = undefined;
  }

  #report(path: string): void {
    const problem = `duplicate field ${JSON.stringify(path)}`;
    if (this.problems.length < MAX_PROBLEMS && !this.problems.includes(problem)) this.problems.push(problem);
  }

  #take(byte: number): boolean {
    if (this.#bytes[this.#at] !== byte) return false;
    this.#at++;
    return true;
  }

  #skipSpace(): void {
    for (;;) {
      const c = this.#bytes[this.#at];
      if (c !== 0x20 && c !== 0x0a && c !== 0x0d && c !== 0x09) return;
      this.#at++;
    }
  }

  #fail(context: string): never {
    const c = this.#bytes[this.#at];
    throw new JsonSyntaxError(c === undefined ? 'unexpected end of JSON input' : `invalid character ${quoteByte(c)} ${context}`);
  }
}

const isDigit = (c: number): boolean => c >= 0x30 && c <= 0x39;

function hexDigit(c: number | undefined): number {
  if (c === undefined) return -1;
  if (isDigit(c)) return c - 0x30;
  const lower = c | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Sets an own property, `__proto__` too. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
  else object[key] = value;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** As Go: every byte that is not part of a valid sequence becomes U+FFFD (TextDecoder would replace several by one). */
function utf8(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(start, end);
  const text = decoder.decode(part);
  return text.includes('\ufffd') ? replaceInvalid(part) : text;
}

function replaceInvalid(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const length = sequenceLength(bytes, i);
    text += length === 0 ? '\ufffd' : decoder.decode(bytes.subarray(i, i + length));
    i += length === 0 ? 1 : length;
  }
  return text;
}

/** Length of the valid UTF-8 sequence at i; 0: there is none. */
function sequenceLength(bytes: Uint8Array, i: number): number {
  const lead = bytes[i] as number;
  if (lead < 0x80) return 1;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  const rest = bytes.subarray(i + 1, i + length);
  if (lead < 0xc2 || lead > 0xf4 || rest.length < length - 1 || rest.some((c) => (c & 0xc0) !== 0x80)) return 0;
  const second = rest[0] as number;
  if (
    (lead === 0xe0 && second < 0xa0) ||
    (lead === 0xed && second > 0x9f) ||
    (lead === 0xf0 && second < 0x90) ||
    (lead === 0xf4 && second > 0x8f)
  )
    return 0;
  return length;
}
