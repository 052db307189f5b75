/** The grammar of label selectors. Behaves like upstream apimachinery/pkg/labels/selector.go. */
import { aggregateText } from '../errors.ts';
import { Path } from '../validation/field.ts';
import { BINARY_OPERATORS, labelKeyErrors, newRequirement, SelectorError, type Operator, type Requirement } from './requirement.ts';
import { EndOfString, scan, type Token } from './lexer.ts';

const isIdentifier = (token: Token): boolean => token.kind === 'identifier' || token.kind === 'in' || token.kind === 'notin';
const isEnd = (token: Token): boolean => token.kind === 'end' || token.kind === ',';

/** In the order of the text. Throws SelectorError. */
export function parseRequirements(text: string): Requirement[] {
  return new Parser(scan(text)).parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  #position = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Requirement[] {
    const requirements: Requirement[] = [];
    for (;;) {
      const token = this.#peek();
      if (token.kind === 'end') return requirements;
      if (!isIdentifier(token) && token.kind !== '!')
        throw new SelectorError(`found '${token.text}', expected: !, identifier, or 'end of string'`);
      requirements.push(this.#requirement());
      if (this.#separator()) return requirements;
    }
  }

  /** True at the end. */
  #separator(): boolean {
    const token = this.#next();
    if (token.kind === 'end') return true;
    if (token.kind !== ',') throw new SelectorError(`found '${token.text}', expected: ',' or 'end of string'`);
    const after = this.#peek();
    if (!isIdentifier(after) && after.kind !== '!') throw new SelectorError(`found '${after.text}', expected: identifier after ','`);
    return false;
  }

  #requirement(): Requirement {
    try {
      return this.#parseRequirement();
    } catch (error) {
      throw new SelectorError(`unable to parse requirement: ${(error as Error).message}`, { cause: error });
    }
  }

  #parseRequirement(): Requirement {
    let token = this.#next();
    const isAbsence = token.kind === '!';
    if (isAbsence) token = this.#next();
    if (!isIdentifier(token)) throw new SelectorError(`found '${token.text}', expected: identifier`);
    const errors = labelKeyErrors(token.text, Path.of());
    if (errors.length > 0) throw new SelectorError(aggregateText(errors.map((e) => ({ ...e, field: '<nil>' }))));
    if (isAbsence) return newRequirement(token.text, '!', []);
    if (isEnd(this.#peek())) return newRequirement(token.text, 'exists', []);
    const operator = this.#operator();
    const values = operator === 'in' || operator === 'notin' ? this.#values() : this.#exactValue();
    return newRequirement(token.text, operator, [...values].sort());
  }

  #operator(): Operator {
    const token = this.#next();
    if (token.kind === '>') return 'gt';
    if (token.kind === '<') return 'lt';
    if ((BINARY_OPERATORS as readonly string[]).includes(token.kind)) return token.kind as Operator;
    throw new SelectorError(`found '${token.text}', expected: ${BINARY_OPERATORS.join(', ')}`);
  }

  #exactValue(): Set<string> {
    if (isEnd(this.#peek())) return new Set(['']);
    const token = this.#next();
    if (isIdentifier(token)) return new Set([token.text]);
    throw new SelectorError(`found '${token.text}', expected: identifier`);
  }

  #values(): Set<string> {
    const open = this.#next();
    if (open.kind !== '(') throw new SelectorError(`found '${open.text}' expected: '('`);
    const first = this.#peek();
    if (first.kind === ')') {
      this.#next();
      return new Set(['']);
    }
    if (!isIdentifier(first) && first.kind !== ',') throw new SelectorError(`found '${first.text}', expected: ',', ')' or identifier`);
    const values = this.#identifiers();
    if (this.#next().kind !== ')') throw new SelectorError(`found '${first.text}', expected: ')'`);
    return values;
  }

  /** Identifiers between commas; a missing one is ''. */
  #identifiers(): Set<string> {
    const values = new Set<string>();
    for (;;) {
      const token = this.#next();
      const after = this.#peek();
      if (isIdentifier(token)) {
        values.add(token.text);
        if (after.kind === ')') return values;
        if (after.kind !== ',') throw new SelectorError(`found '${after.text}', expected: ',' or ')'`);
      } else if (token.kind === ',') {
        if (values.size === 0 || after.kind === ')' || after.kind === ',') values.add('');
        if (after.kind === ')') return values;
      } else {
        throw new SelectorError(`found '${token.text}', expected: ',', or identifier`);
      }
    }
  }

  #peek(): Token {
    return this.#tokens[this.#position] ?? EndOfString;
  }

  #next(): Token {
    return this.#tokens[this.#position++] ?? EndOfString;
  }
}
