/**
 * The part of the shell's grammar that the simulated runtime plays: simple commands with quotes, variables, substitutions, assignments and output redirections, joined by `;`, `&&`, `||`
 * and line breaks; `if`, `while`, `until`, `for`, `{ }` and functions. Anything else is said to be unsupported.
 */
import { tokensOf, UnsupportedSyntax, type Token, type Word } from './shell-words.ts';

export interface Redirect {
  readonly from: 1 | 2;
  readonly to: { readonly file: Word; readonly append: boolean } | { readonly stream: 1 | 2 };
}
export interface Simple {
  readonly kind: 'simple';
  readonly assignments: readonly { readonly name: string; readonly value: Word }[];
  readonly words: readonly Word[];
  readonly redirects: readonly Redirect[];
}
export type Command =
  | Simple
  | { readonly kind: 'if'; readonly arms: readonly { readonly condition: Script; readonly body: Script }[]; readonly otherwise: Script }
  | { readonly kind: 'loop'; readonly until: boolean; readonly condition: Script; readonly body: Script }
  | { readonly kind: 'for'; readonly name: string; readonly words: readonly Word[]; readonly body: Script }
  | { readonly kind: 'group'; readonly body: Script }
  | { readonly kind: 'function'; readonly name: string; readonly body: Script };
export interface Step {
  readonly command: Command;
  /** `!` before it. */
  readonly negated: boolean;
  /** When it runs, by the exit code before it. */
  readonly when: 'always' | 'success' | 'failure';
}
export type Script = readonly Step[];

const UNSUPPORTED = new Set(['case', 'esac', 'function', 'select', 'eval', 'source', '.', 'cd', 'read', 'shift', 'wait', 'local', 'return', 'getopts', 'break', 'continue']);
const CLOSING = new Set(['then', 'elif', 'else', 'fi', 'do', 'done', '}']);

class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  whole(): Script {
    const script = this.#script();
    if (this.#at < this.#tokens.length) throw new UnsupportedSyntax(`"${this.#keyword() ?? '()'}" is unexpected`);
    return script;
  }

  /** Up to a word that closes something, or the end. */
  #script(): Script {
    const steps: Step[] = [];
    let when: Step['when'] = 'always';
    for (let token = this.#tokens[this.#at]; token; token = this.#tokens[this.#at]) {
      if ('op' in token) {
        if (token.op === '()') break;
        this.#at++;
        if (token.op !== ';') when = token.op === '&&' ? 'success' : 'failure';
        continue;
      }
      const word = this.#keyword();
      if (word !== undefined && CLOSING.has(word)) break;
      const negated = word === '!';
      if (negated) this.#at++;
      steps.push({ command: this.#command(), negated, when });
      when = 'always';
    }
    return steps;
  }

  #command(): Command {
    const word = this.#keyword();
    switch (word) {
      case 'if':
        return this.#if();
      case 'while':
      case 'until':
        return this.#loop(word);
      case 'for':
        return this.#for();
      case '{':
        return { kind: 'group', body: this.#between('{', '}') };
      default:
        if (word !== undefined && UNSUPPORTED.has(word)) throw new UnsupportedSyntax(`"${word}" is not supported`);
        return this.#isFunction() ? this.#function(word ?? '') : this.#simple();
    }
  }

  #if(): Command {
    const arms: { condition: Script; body: Script }[] = [];
    let otherwise: Script = [];
    for (let opening = 'if'; ; opening = 'elif') {
      this.#expect(opening);
      const condition = this.#script();
      this.#expect('then');
      arms.push({ condition, body: this.#script() });
      if (this.#keyword() !== 'elif') break;
    }
    if (this.#keyword() === 'else') otherwise = this.#afterKeyword('else');
    this.#expect('fi');
    return { kind: 'if', arms, otherwise };
  }

  #loop(opening: 'while' | 'until'): Command {
    this.#expect(opening);
    const condition = this.#script();
    return { kind: 'loop', until: opening === 'until', condition, body: this.#between('do', 'done') };
  }

  #for(): Command {
    this.#expect('for');
    const name = this.#keyword();
    this.#at++;
    this.#expect('in');
    const words: Word[] = [];
    for (let token = this.#tokens[this.#at]; token && 'word' in token; token = this.#tokens[++this.#at]) words.push(token.word);
    this.#skipSeparators();
    if (name === undefined) throw new UnsupportedSyntax('a loop needs a name');
    return { kind: 'for', name, words, body: this.#between('do', 'done') };
  }

  #isFunction(): boolean {
    const next = this.#tokens[this.#at + 1];
    return next !== undefined && 'op' in next && next.op === '()';
  }

  #function(name: string): Command {
    this.#at += 2;
    this.#skipSeparators();
    return { kind: 'function', name, body: this.#between('{', '}') };
  }

  #simple(): Simple {
    const command = { kind: 'simple' as const, assignments: [] as { name: string; value: Word }[], words: [] as Word[], redirects: [] as Redirect[] };
    for (let token = this.#tokens[this.#at]; token && !('op' in token); token = this.#tokens[this.#at]) {
      this.#at++;
      if ('redirect' in token) command.redirects.push(this.#redirect(token.redirect));
      else {
        const assignment = command.words.length === 0 ? assignmentIn(token.word) : undefined;
        if (assignment) command.assignments.push(assignment);
        else command.words.push(token.word);
      }
    }
    return command;
  }

  #redirect({ from, kind }: { from: 1 | 2; kind: string }): Redirect {
    if (kind === '>&1' || kind === '>&2') return { from, to: { stream: kind === '>&2' ? 2 : 1 } };
    const target = this.#tokens[this.#at++];
    if (!target || !('word' in target)) throw new UnsupportedSyntax('a redirection needs a file');
    return { from, to: { file: target.word, append: kind === '>>' } };
  }

  #between(opening: string, closing: string): Script {
    const body = this.#afterKeyword(opening);
    this.#expect(closing);
    return body;
  }

  #afterKeyword(keyword: string): Script {
    this.#expect(keyword);
    return this.#script();
  }

  #expect(keyword: string): void {
    if (this.#keyword() !== keyword) throw new UnsupportedSyntax(`"${keyword}" is missing`);
    this.#at++;
  }

  #skipSeparators(): void {
    for (let token = this.#tokens[this.#at]; token && 'op' in token && token.op === ';'; token = this.#tokens[++this.#at]);
  }

  /** The word here when it is plain text: quotes make it no keyword. */
  #keyword(): string | undefined {
    const token = this.#tokens[this.#at];
    if (!token || !('word' in token) || token.quoted || token.word.length !== 1) return undefined;
    const [part] = token.word;
    return part && 'text' in part ? part.text : undefined;
  }
}

function assignmentIn(word: Word): { name: string; value: Word } | undefined {
  const [first, ...rest] = word;
  const m = first && 'text' in first ? /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/.exec(first.text) : null;
  return m ? { name: m[1] ?? '', value: [{ text: m[2] ?? '' }, ...rest] } : undefined;
}

/** Throws UnsupportedSyntax. */
export const parseScript = (text: string): Script => new Parser(text).whole();
