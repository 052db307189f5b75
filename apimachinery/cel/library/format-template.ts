/** The grammar of what string.format() takes: `%s %.2f %%`. Written by ./formatting.ts, checked beforehand by ../format-check.ts. Behaves like upstream cel-go/ext/formatting.go (parseFormatString). */

/** Ends the formatting. `culprit`: what is to blame, where that is known. */
export class FormatProblem extends Error {
  readonly culprit: unknown;
  constructor(message: string, culprit?: unknown) {
    super(message);
    this.culprit = culprit;
  }
}

export interface Clause {
  /** Which argument it is for. */
  readonly index: number;
  readonly letter: string;
  readonly precision: number;
}

const PRECISION = 6;
const LETTERS = new Set('sdfebxXo');

/** The text with each clause replaced; throws FormatProblem. `count`: of arguments; `looksAhead`: that there are too few is said before that the text ends too early. */
export function replaceClauses(template: string, count: number, looksAhead: boolean, write: (clause: Clause) => string): string {
  const reader = new Reader(template);
  let out = '';
  for (let index = 0; ;) {
    out += reader.literal();
    if (reader.isAtEnd) return out;
    const isMissing = index >= count;
    if (isMissing && looksAhead) throw new FormatProblem(`index ${index} out of range`);
    reader.expectMore();
    if (isMissing) throw new FormatProblem(`index ${index} out of range`);
    out += written({ index, ...reader.clause() }, write);
    index++;
  }
}

function written(clause: Clause, write: (clause: Clause) => string): string {
  try {
    return write(clause);
  } catch (error) {
    throw error instanceof FormatProblem ? new FormatProblem(`error during formatting: ${error.message}`, error.culprit) : error;
  }
}

class Reader {
  readonly #template: string;
  #at = 0;

  constructor(template: string) {
    this.#template = template;
  }

  get isAtEnd(): boolean {
    return this.#at > this.#template.length;
  }

  /** Up to the next clause's percent sign, and beyond it. */
  literal(): string {
    let out = '';
    for (;;) {
      const percent = this.#template.indexOf('%', this.#at);
      const isEscape = percent >= 0 && this.#template[percent + 1] === '%';
      out += this.#template.slice(this.#at, percent < 0 ? undefined : percent) + (isEscape ? '%' : '');
      this.#at = percent < 0 ? this.#template.length + 1 : percent + (isEscape ? 2 : 1);
      if (!isEscape) return out;
    }
  }

  expectMore(): void {
    if (this.#at >= this.#template.length) throw new FormatProblem('unexpected end of string');
  }

  clause(): { readonly letter: string; readonly precision: number } {
    const precision = this.#precision();
    const letter = this.#template[this.#at++] ?? '';
    if (!LETTERS.has(letter)) throw new FormatProblem(`could not parse formatting clause: unrecognized formatting clause "${letter}"`);
    return { letter, precision };
  }

  #precision(): number {
    if (this.#template[this.#at] !== '.') return PRECISION;
    const digits = /^\d*/.exec(this.#template.slice(this.#at + 1))?.[0] ?? '';
    this.#at += 1 + digits.length;
    if (this.#at < this.#template.length && digits !== '') return Number(digits);
    const problem = digits === '' && this.#at < this.#template.length ? 'error while converting precision to integer: strconv.Atoi: parsing "": invalid syntax' : 'could not find end of precision specifier';
    throw new FormatProblem(`could not parse formatting clause: error while parsing precision: ${problem}`);
  }
}
