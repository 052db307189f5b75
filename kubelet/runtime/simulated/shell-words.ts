/** Words of a shell script: what they are made of, and the scanner that finds them. Beside shell-parser.ts, which makes commands of them. */

/** `quoted`: its value is one field, whatever blanks it holds. */
export type WordPart = { readonly text: string } | ({ readonly quoted: boolean } & Expansion);
export type Expansion = { readonly variable: string; readonly fallback?: string } | { readonly command: string } | { readonly arithmetic: string };
export type Word = readonly WordPart[];

export type Token =
  | { readonly op: ';' | '&&' | '||' | '()' }
  | { readonly word: Word; readonly quoted: boolean }
  | { readonly redirect: { from: 1 | 2; kind: '>' | '>>' | '>&1' | '>&2' } };

export class UnsupportedSyntax extends Error {
  override readonly name = 'UnsupportedSyntax';
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  tokens(): Token[] {
    const out: Token[] = [];
    for (let token = this.#next(); token; token = this.#next()) out.push(token);
    return out;
  }

  /** The parts of text between double quotes, as in an arithmetic expression. */
  quotedParts(): WordPart[] {
    const parts: WordPart[] = [];
    while (this.#peek() !== '') this.#quotedPart(parts);
    return parts;
  }

  #next(): Token | undefined {
    const blank = /(?:[ \t\r]|\\\n)*(?:#[^\n]*)?/y;
    blank.lastIndex = this.#at;
    this.#at += blank.exec(this.#text)?.[0].length ?? 0;
    if (this.#at >= this.#text.length) return undefined;
    return this.#operator() ?? this.#word();
  }

  #operator(): Token | undefined {
    const pattern = /(&&|\|\||;(?!;)|\n|\(\))|([12]?)(>&[12]|>>|>)/y;
    pattern.lastIndex = this.#at;
    const m = pattern.exec(this.#text);
    if (m) {
      this.#at += m[0].length;
      if (m[1] !== undefined) return { op: m[1] === '\n' ? ';' : (m[1] as ';' | '&&' | '||' | '()') };
      return { redirect: { from: m[2] === '2' ? 2 : 1, kind: m[3] as '>' } };
    }
    if (/[|&;()<`]/.test(this.#peek())) throw new UnsupportedSyntax(`"${this.#peek()}" is not supported`);
    return undefined;
  }

  #word(): Token {
    const parts: WordPart[] = [];
    let quoted = false;
    for (let c = this.#peek(); c !== '' && !/[\s;&|<>()`]/.test(c); c = this.#peek()) {
      if (c === "'") parts.push({ text: this.#take(/'([^']*)'/y) });
      else if (c === '"') this.#doubleQuoted(parts);
      else if (c === '\\') parts.push({ text: this.#take(/\\([\s\S])/y) });
      else if (c === '$') parts.push(this.#expansion(false));
      else parts.push({ text: this.#take(/([^\s;&|<>()`'"\\$]+)/y) });
      if (c === "'" || c === '"') quoted = true;
    }
    return { word: parts, quoted };
  }

  #doubleQuoted(parts: WordPart[]): void {
    this.#at++;
    parts.push({ text: '' });
    for (let c = this.#peek(); c !== '"'; c = this.#peek()) {
      if (c === '') throw new UnsupportedSyntax('unterminated quoted string');
      this.#quotedPart(parts);
    }
    this.#at++;
  }

  #quotedPart(parts: WordPart[]): void {
    const c = this.#peek();
    if (c === '`') throw new UnsupportedSyntax('"`" is not supported');
    if (c === '$') parts.push(this.#expansion(true));
    else if (/\\["\\$`]/.test(this.#text.slice(this.#at, this.#at + 2))) parts.push({ text: this.#take(/\\(.)/y) });
    else parts.push({ text: this.#take(/([^"$`\\]+|\\|")/y) });
  }

  #expansion(quoted: boolean): WordPart {
    const rest = this.#text.slice(this.#at, this.#at + 3);
    if (rest === '$((') return { quoted, arithmetic: this.#bracketed(3, '))') };
    if (rest.startsWith('$(')) return { quoted, command: this.#bracketed(2, ')') };
    const pattern = /\$(?:([A-Za-z_][A-Za-z0-9_]*|[?$#0-9])|\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}$`"']*))?\})/y;
    pattern.lastIndex = this.#at;
    const m = pattern.exec(this.#text);
    if (m) {
      this.#at += m[0].length;
      return { quoted, variable: m[1] ?? m[2] ?? '', ...(m[3] !== undefined && { fallback: m[3] }) };
    }
    if (rest.startsWith('${')) throw new UnsupportedSyntax('this substitution is not supported');
    this.#at++;
    return { text: '$' };
  }

  /** What stands between brackets, in which others may stand. */
  #bracketed(opening: number, closing: string): string {
    const start = this.#at + opening;
    let depth = 0;
    for (let i = start; i < this.#text.length; i++) {
      if (depth === 0 && this.#text.startsWith(closing, i)) {
        this.#at = i + closing.length;
        return this.#text.slice(start, i);
      }
      if (this.#text[i] === '(') depth++;
      else if (this.#text[i] === ')') depth--;
    }
    throw new UnsupportedSyntax('unterminated substitution');
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const m = pattern.exec(this.#text);
    if (!m) throw new UnsupportedSyntax('unterminated quoted string');
    this.#at += m[0].length;
    return m[1] ?? '';
  }

  #peek(): string {
    return this.#text.charAt(this.#at);
  }
}

export const tokensOf = (text: string): Token[] => new Scanner(text).tokens();
export const quotedPartsOf = (text: string): Word => new Scanner(text).quotedParts();
