/** Whole numbers as the shell calculates: `$(( ))`, `expr` and the comparisons of `test`. */

/** From loosest to tightest. */
const LEVELS: readonly Readonly<Record<string, (a: number, b: number) => number>>[] = [
  { '||': (a, b) => Number(a !== 0 || b !== 0) },
  { '&&': (a, b) => Number(a !== 0 && b !== 0) },
  { '==': (a, b) => Number(a === b), '!=': (a, b) => Number(a !== b) },
  { '<': (a, b) => Number(a < b), '<=': (a, b) => Number(a <= b), '>': (a, b) => Number(a > b), '>=': (a, b) => Number(a >= b) },
  { '+': (a, b) => a + b, '-': (a, b) => a - b },
  { '*': (a, b) => a * b, '/': (a, b) => Math.trunc(a / divisor(b)), '%': (a, b) => a % divisor(b) },
];

export class ArithmeticError extends Error {
  override readonly name = 'ArithmeticError';
}

function divisor(value: number): number {
  if (value === 0) throw new ArithmeticError('divide by zero');
  return value;
}

class Calculator {
  readonly #tokens: readonly string[];
  readonly #valueOf: (name: string) => string;
  #at = 0;

  constructor(tokens: readonly string[], valueOf: (name: string) => string) {
    this.#tokens = tokens;
    this.#valueOf = valueOf;
  }

  whole(): number {
    const value = this.#level(0);
    if (this.#at < this.#tokens.length) throw new ArithmeticError('syntax error');
    return value;
  }

  #level(level: number): number {
    const operators = LEVELS[level];
    if (!operators) return this.#operand();
    let value = this.#level(level + 1);
    for (let run = this.#operator(operators); run; run = this.#operator(operators)) value = run(value, this.#level(level + 1));
    return value;
  }

  #operator(operators: (typeof LEVELS)[number]): ((a: number, b: number) => number) | undefined {
    const token = this.#tokens[this.#at];
    if (token === undefined || !Object.hasOwn(operators, token)) return undefined;
    this.#at++;
    return operators[token];
  }

  #operand(): number {
    const token = this.#tokens[this.#at++];
    if (token === '-') return -this.#operand();
    if (token === '!') return Number(this.#operand() === 0);
    if (token === '(') {
      const value = this.#level(0);
      if (this.#tokens[this.#at++] !== ')') throw new ArithmeticError('syntax error');
      return value;
    }
    if (token === undefined || !/^\w+$/.test(token)) throw new ArithmeticError('syntax error');
    return numberOf(/^\d/.test(token) ? token : this.#valueOf(token) || '0');
  }
}

/** Throws ArithmeticError. */
export function numberOf(text: string): number {
  const value = Number(text.trim());
  if (text.trim() === '' || !Number.isInteger(value)) throw new ArithmeticError(`${text}: out of range`);
  return value;
}

/** Throws ArithmeticError. `valueOf`: of a variable; '' for none. */
export function calculate(expression: string, valueOf: (name: string) => string): number {
  const tokens = expression.match(/\w+|\|\||&&|[=!<>]=|[^\s\w]/g) ?? [];
  return new Calculator(tokens, valueOf).whole();
}
