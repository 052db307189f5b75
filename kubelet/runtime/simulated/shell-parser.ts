/**
 * The part of the shell's grammar that the simulated runtime plays: simple commands with quotes, variables, assignments and output redirections, joined by `;`, `&&`, `||` and line breaks.
 * Anything else is said to be unsupported.
 */

/** A word is a list of parts: literal text, or a variable's value. */
export type WordPart = { readonly text: string } | { readonly variable: string };
export type Word = readonly WordPart[];
export interface Redirect {
  readonly from: 1 | 2;
  readonly to: { readonly file: Word; readonly append: boolean } | { readonly stream: 1 | 2 };
}
export interface Simple {
  readonly assignments: readonly { readonly name: string; readonly value: Word }[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
  /** When it runs, by the exit code before it. */
  readonly when: 'always' | 'success' | 'failure';
}

export class UnsupportedSyntax extends Error {
  override readonly name = 'UnsupportedSyntax';
}

const KEYWORDS = new Set(['if', 'then', 'else', 'fi', 'for', 'while', 'until', 'do', 'done', 'case', 'esac', 'function', 'trap', '{', '}', '!', '[', '[[', 'test', 'set', 'export', 'eval', 'source', '.', 'cd', 'read', 'shift', 'wait']);

type Token = { readonly op: ';' | '&&' | '||' } | { readonly word: Word; readonly quoted: boolean } | { readonly redirect: { from: 1 | 2; kind: '>' | '>>' | '>&1' | '>&2' } };

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

  #next(): Token | undefined {
    const blank = /(?:[ \t\r]|\\\n)*(?:#[^\n]*)?/y;
    blank.lastIndex = this.#at;
    this.#at += blank.exec(this.#text)?.[0].length ?? 0;
    if (this.#at >= this.#text.length) return undefined;
    return this.#operator() ?? this.#word();
  }

  #operator(): Token | undefined {
    const pattern = /(&&|\|\||;(?!;)|\n)|([12]?)(>&[12]|>>|>)/y;
    pattern.lastIndex = this.#at;
    const m = pattern.exec(this.#text);
    if (m) {
      this.#at += m[0].length;
      if (m[1] !== undefined) return { op: m[1] === '\n' ? ';' : (m[1] as ';' | '&&' | '||') };
      return { redirect: { from: m[2] === '2' ? 2 : 1, kind: m[3] as '>' } };
    }
    if (/[|&;()<`]/.test(this.#text.charAt(this.#at))) throw new UnsupportedSyntax(`"${this.#text.charAt(this.#at)}" is not supported`);
    return undefined;
  }

  #word(): Token {
    const parts: WordPart[] = [];
    let quoted = false;
    for (let c = this.#peek(); c !== '' && !/[\s;&|<>()`]/.test(c); c = this.#peek()) {
      if (c === "'") parts.push({ text: this.#take(/'([^']*)'/y) });
      else if (c === '"') this.#doubleQuoted(parts);
      else if (c === '\\') parts.push({ text: this.#take(/\\([\s\S])/y) });
      else if (c === '$') parts.push(this.#variable());
      else parts.push({ text: this.#take(/([^\s;&|<>()`'"\\$]+)/y) });
      if (c === "'" || c === '"') quoted = true;
    }
    return { word: parts, quoted };
  }

  #doubleQuoted(parts: WordPart[]): void {
    this.#at++;
    parts.push({ text: '' });
    for (let c = this.#peek(); c !== '"'; c = this.#peek()) {
      if (c === '' || c === '`') throw new UnsupportedSyntax('unterminated quoted string');
      if (c === '$') parts.push(this.#variable());
      else if (/\\["\\$`]/.test(this.#text.slice(this.#at, this.#at + 2))) parts.push({ text: this.#take(/\\(.)/y) });
      else parts.push({ text: this.#take(/([^"$`\\]+|\\)/y) });
    }
    this.#at++;
  }

  #variable(): WordPart {
    const pattern = /\$(?:([A-Za-z_][A-Za-z0-9_]*|\?)|\{([A-Za-z_][A-Za-z0-9_]*)\})/y;
    pattern.lastIndex = this.#at;
    const m = pattern.exec(this.#text);
    if (m) {
      this.#at += m[0].length;
      return { variable: m[1] ?? m[2] ?? '' };
    }
    if (/\$[({]/.test(this.#text.slice(this.#at, this.#at + 2))) throw new UnsupportedSyntax('substitution is not supported');
    this.#at++;
    return { text: '$' };
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

interface Building {
  assignments: { name: string; value: Word }[];
  words: Word[];
  redirects: Redirect[];
  when: Simple['when'];
}

const emptyCommand = (when: Simple['when']): Building => ({ assignments: [], words: [], redirects: [], when });
const isEmpty = (c: Building): boolean => c.assignments.length + c.words.length + c.redirects.length === 0;

function addWord(command: Building, word: Word, quoted: boolean): void {
  const [first] = word;
  const literal = word.length === 1 && first && 'text' in first ? first.text : undefined;
  if (command.words.length === 0) {
    if (!quoted && literal !== undefined && KEYWORDS.has(literal)) throw new UnsupportedSyntax(`"${literal}" is not supported`);
    const assignment = first && 'text' in first ? /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(first.text) : null;
    if (assignment) {
      command.assignments.push({ name: assignment[1] ?? '', value: [{ text: assignment[2] ?? '' }, ...word.slice(1)] });
      return;
    }
  }
  command.words.push(word);
}

function addRedirect(command: Building, { from, kind }: { from: 1 | 2; kind: string }, target: Token | undefined): boolean {
  if (kind === '>&1' || kind === '>&2') {
    command.redirects.push({ from, to: { stream: kind === '>&2' ? 2 : 1 } });
    return false;
  }
  if (!target || !('word' in target)) throw new UnsupportedSyntax('a redirection needs a file');
  command.redirects.push({ from, to: { file: target.word, append: kind === '>>' } });
  return true;
}

/** Throws UnsupportedSyntax. */
export function parseScript(text: string): Simple[] {
  const tokens = new Scanner(text).tokens();
  const out: Simple[] = [];
  let command = emptyCommand('always');
  for (let i = 0; i < tokens.length; i++) {
    const token = tokens[i] as Token;
    if ('word' in token) addWord(command, token.word, token.quoted);
    else if ('redirect' in token) i += addRedirect(command, token.redirect, tokens[i + 1]) ? 1 : 0;
    else {
      if (!isEmpty(command)) out.push(command);
      command = emptyCommand(token.op === '&&' ? 'success' : token.op === '||' ? 'failure' : 'always');
    }
  }
  if (!isEmpty(command)) out.push(command);
  return out;
}
