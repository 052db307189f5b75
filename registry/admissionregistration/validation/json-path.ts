/** What is wrong with a JSON path in braces, `{.spec.x[0]}`. Beside ./policy.ts. Behaves like upstream client-go/util/jsonpath/parser.go. */

const TERMINATORS = new Set([' ', '\t', '\n', '\r', '.', ',', '[', ']', '$', '@', '{', '}', '']);
const INDEX = /^(-?\d*)(:-?\d*)?(:-?\d*)?$/;
const DICTIONARY_KEY = /^'([^']*)'$/;
const COMPARISON = /^([^!<>=]+)([!<>=]+)(.+?)$/;
const isAlphaNumeric = (char: string): boolean => /^[\p{L}\p{Nd}_]$/u.test(char);

/** Undefined: nothing. Text outside of braces is free. */
export function jsonPathProblem(text: string): string | undefined {
  const start = text.indexOf('{');
  return start < 0 ? undefined : new Action(text.slice(start + 1)).problem();
}

/** Thrown and caught in this file. */
class Problem extends Error {}

/** Reads what stands behind an opening brace. */
class Action {
  readonly #text: string;
  #at = 0;
  #isRecursive = false;

  constructor(text: string) {
    this.#text = text;
  }

  problem(): string | undefined {
    try {
      while (!this.#text.startsWith('}', this.#at)) this.#part();
    } catch (error) {
      if (error instanceof Problem) return error.message;
      throw error;
    }
    return jsonPathProblem(this.#text.slice(this.#at + 1));
  }

  get #next(): string {
    return this.#text[this.#at] ?? '';
  }

  #part(): void {
    const char = this.#next;
    if (this.#text.startsWith('..', this.#at)) return this.#recursive();
    this.#isRecursive = this.#isRecursive && (char === ' ' || char === '@' || char === '$');
    if (this.#text.startsWith('[?(', this.#at)) return this.#filter();
    if (char === '' || char === '\n' || char === '\r') throw new Problem('unclosed action');
    if (char === ' ' || char === '@' || char === '$') this.#at++;
    else if (char === '[') this.#array();
    else if (char === '"' || char === "'") this.#quote(char);
    else if (char === '.') this.#word(this.#at + 1);
    else if (/[+\-\d]/.test(char)) this.#number();
    else if (isAlphaNumeric(char)) this.#word(this.#at);
    else throw new Problem(`unrecognized character in action: U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${char}'`);
  }

  #recursive(): void {
    if (this.#isRecursive) throw new Problem('invalid multiple recursive descent');
    this.#at += 2;
    this.#isRecursive = !isAlphaNumeric(this.#next);
    if (!this.#isRecursive) this.#word(this.#at);
  }

  /** A field or an identifier. */
  #word(from: number): void {
    this.#at = from;
    while (!TERMINATORS.has(this.#next)) this.#at += this.#next === '\\' ? 2 : 1;
  }

  #number(): void {
    const [text = ''] = /^[+-]?[.\d]*/.exec(this.#text.slice(this.#at)) ?? [];
    if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw new Problem(`cannot parse number ${text}`);
    this.#at += text.length;
  }

  #quote(end: string): void {
    for (let i = this.#at + 1; ; i++) {
      const char = this.#text[i] ?? '\n';
      if (char === '\n') throw new Problem('unterminated quoted string');
      if (char !== end || this.#text[i - 1] === '\\') continue;
      this.#at = i + 1;
      return;
    }
  }

  #array(): void {
    const [whole, text = ''] = /^\[([^\]\n]*)\]/.exec(this.#text.slice(this.#at)) ?? [];
    if (whole === undefined) throw new Problem('unterminated array');
    this.#at += whole.length;
    const parts = text.split(',');
    if (parts.length > 1) return parts.forEach((part) => inner(`[${part.replace(/^ +| +$/g, '')}]`));
    const key = DICTIONARY_KEY.exec(text);
    if (key) inner(`.${key[1] ?? ''}`);
    else if (text !== '*' && !INDEX.test(text)) throw new Problem(`invalid array index ${text}`);
  }

  #filter(): void {
    const from = this.#at + 3;
    const end = filterEnd(this.#text, from);
    this.#at = end + 2;
    const text = this.#text.slice(from, end);
    const [, left, , right] = COMPARISON.exec(text) ?? [];
    for (const side of left === undefined ? [text] : [left, right ?? '']) inner(side);
  }
}

/** Where the filter's bracket closes: not within quotes. */
function filterEnd(text: string, from: number): number {
  let quote = '';
  let isQuoted = false;
  for (let i = from; ; i++) {
    const char = text[i] ?? '\n';
    if (char === '\n') throw new Problem('unterminated filter');
    if (char === '"' || char === "'") {
      if (quote === '') [quote, isQuoted] = [char, true];
      else if (char === quote && text[i - 1] !== '\\') isQuoted = false;
    }
    if (char !== ')' || isQuoted) continue;
    if (text[i + 1] !== ']') throw new Problem('unclosed array expect ]');
    return i;
  }
}

function inner(text: string): void {
  const problem = new Action(`${text}}`).problem();
  if (problem !== undefined) throw new Problem(problem);
}
