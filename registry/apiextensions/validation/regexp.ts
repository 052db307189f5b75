/** Why Go's regexp package does not take a pattern, in its common messages. Behaves like Go's regexp/syntax. */

const REPETITION = /^(?:[*+?]|\{(\d+)(?:,(\d*))?\})/;
const CLASS_ESCAPE = /^\\(?:[pP](?:[A-Za-z]|\{[^}]*\})|x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|0[0-7]{0,2}|[aftnrvdDsSwWQE]|[^A-Za-z0-9])/;
const ESCAPE = /^\\(?:[pP](?:[A-Za-z]|\{[^}]*\})|x\{[0-9A-Fa-f]+\}|x[0-9A-Fa-f]{2}|0[0-7]{0,2}|[aftnrvdDsSwWQEAbBCz]|[^A-Za-z0-9])/;
const GROUP = /^\(\?(?:P?<[A-Za-z0-9_]+>|[imsU]*(?:-[imsU]+)?[:)])/;
const MAX_REPEAT = 1000;

export function regexpProblem(pattern: string): string | undefined {
  const problem = new Scan(pattern).problem();
  return problem === undefined ? undefined : `error parsing regexp: ${problem}`;
}

class Scan {
  readonly #pattern: string;
  #rest: string;
  #depth = 0;
  /** What a repetition would repeat; undefined: nothing. */
  #before: 'atom' | { readonly repetition: string } | undefined;

  constructor(pattern: string) {
    this.#pattern = pattern;
    this.#rest = pattern;
  }

  problem(): string | undefined {
    while (this.#rest !== '') {
      const problem = this.#step();
      if (problem !== undefined) return problem;
    }
    return this.#depth > 0 ? `missing closing ): \`${this.#pattern}\`` : undefined;
  }

  #take(length: number): void {
    this.#rest = this.#rest.slice(length);
  }

  #atom(length: number): undefined {
    this.#take(length);
    this.#before = 'atom';
  }

  #step(): string | undefined {
    switch (this.#rest.charAt(0)) {
      case '(':
        return this.#open();
      case ')':
        return this.#close();
      case '|':
        this.#take(1);
        this.#before = undefined;
        return undefined;
      case '[':
        return this.#characterClass();
      case '\\':
        return this.#escape();
      default:
        return this.#repetition();
    }
  }

  #open(): string | undefined {
    const start = this.#rest;
    const group = GROUP.exec(start);
    if (start.startsWith('(?') && !group) return refusedGroup(start);
    this.#take(group ? group[0].length : 1);
    this.#before = undefined;
    if (!group?.[0].endsWith(')')) this.#depth++;
    return undefined;
  }

  #close(): string | undefined {
    if (this.#depth === 0) return `unexpected ): \`${this.#pattern}\``;
    this.#depth--;
    return this.#atom(1);
  }

  #escape(): string | undefined {
    if (this.#rest === '\\') return 'trailing backslash at end of expression: ``';
    const found = ESCAPE.exec(this.#rest);
    return found ? this.#atom(found[0].length) : `invalid escape sequence: \`${this.#rest.slice(0, 2)}\``;
  }

  #repetition(): string | undefined {
    const found = REPETITION.exec(this.#rest);
    if (!found) return this.#atom(String.fromCodePoint(this.#rest.codePointAt(0) ?? 0).length);
    const [operator, min, max] = found;
    if (this.#before === undefined) return `missing argument to repetition operator: \`${operator}\``;
    if (Number(min ?? 0) > MAX_REPEAT || Number(max || 0) > MAX_REPEAT || (max && Number(max) < Number(min)))
      return `invalid repeat count: \`${operator}\``;
    const lazy = this.#rest.charAt(operator.length) === '?' ? '?' : '';
    if (this.#before !== 'atom') return `invalid nested repetition operator: \`${this.#before.repetition}${operator}${lazy}\``;
    this.#take(operator.length + lazy.length);
    this.#before = { repetition: operator + lazy };
    return undefined;
  }

  #characterClass(): string | undefined {
    const start = this.#rest;
    let at = start.startsWith('[^') ? 2 : 1;
    for (let isFirst = true; isFirst || start.charAt(at) !== ']'; isFirst = false) {
      if (at >= start.length) return `missing closing ]: \`${start}\``;
      const named = /^\[:[^:\]]*:\]/.exec(start.slice(at));
      if (named) at += named[0].length;
      else {
        const member = classMember(start.slice(at));
        if (member.problem !== undefined) return member.problem;
        at += member.length;
      }
    }
    return this.#atom(at + 1);
  }
}

function refusedGroup(start: string): string {
  const named = /^\(\?P?</.exec(start);
  if (!named) return `invalid or unsupported Perl syntax: \`${/^\(\?[imsU-]*./.exec(start)?.[0] ?? start}\``;
  const end = start.indexOf('>');
  return `invalid named capture: \`${end < 0 ? start : start.slice(0, end + 1)}\``;
}

/** A character, an escape or a range of them. */
function classMember(text: string): { readonly length: number; readonly problem?: string } {
  const low = classCharacter(text);
  if (low.problem !== undefined || !/^-[^\]]/.test(text.slice(low.length))) return low;
  const high = classCharacter(text.slice(low.length + 1));
  if (high.problem !== undefined) return high;
  const range = text.slice(0, low.length + 1 + high.length);
  const isPlain = low.length === 1 && high.length === 1;
  return isPlain && text.charAt(0) > text.charAt(2)
    ? { length: 0, problem: `invalid character class range: \`${range}\`` }
    : { length: range.length };
}

function classCharacter(text: string): { readonly length: number; readonly problem?: string } {
  if (!text.startsWith('\\')) return { length: String.fromCodePoint(text.codePointAt(0) ?? 0).length };
  const found = CLASS_ESCAPE.exec(text);
  return found ? { length: found[0].length } : { length: 0, problem: `invalid escape sequence: \`${text.slice(0, 2)}\`` };
}
