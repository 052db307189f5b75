/** Parses a CEL expression. Behaves like upstream cel-go/parser/parser.go with optional syntax; syntax errors are at upstream's places, but not always in its words. */
import { codePoints, fits, tokens, type Token } from './lexer.ts';
import { callOf, type Macro } from './macros.ts';
import type { Expr, Issue, LiteralExpr, StructExpr } from './syntax.ts';

const OPERAND = "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const BEGIN_OPERAND = new Set(['literal', 'word', 'true', 'false', 'null', '(', '[', '{', '.', '-', '!']);
const RESERVED = new Set(['as', 'break', 'const', 'continue', 'else', 'for', 'function', 'if', 'import', 'let', 'loop', 'package', 'namespace', 'return', 'var', 'void', 'while']);
const LEVELS: readonly (readonly string[])[] = [['||'], ['&&'], ['<', '<=', '>', '>=', '==', '!=', 'in'], ['+', '-'], ['*', '/', '%']];
const MAX_DEPTH = 250;
const MAX_CODE_POINTS = 100_000;

/** Ends the parse; its issue is told. */
class SyntaxProblem extends Error {
  readonly issue: Issue;
  constructor(issue: Issue) {
    super(issue.message);
    this.issue = issue;
  }
}

/** The tree, or why there is none. */
export function parse(source: string, macros: Readonly<Record<string, Macro>>): { readonly expr?: Expr; readonly issues: readonly Issue[] } {
  const size = codePoints(source);
  if (size > MAX_CODE_POINTS) return { issues: [{ position: -1, message: `expression code point size exceeds limit: size: ${size}, limit ${MAX_CODE_POINTS}` }] };
  const lexed = tokens(source);
  const parser = new Parser(lexed.tokens, macros, [...lexed.issues]);
  const expr = parser.whole();
  return parser.issues.length > 0 || !expr ? { issues: parser.issues } : { expr, issues: [] };
}

class Parser {
  readonly issues: Issue[];
  readonly #tokens: readonly Token[];
  readonly #macros: Readonly<Record<string, Macro>>;
  #at = 0;
  #depth = 0;

  constructor(list: readonly Token[], macros: Readonly<Record<string, Macro>>, issues: Issue[]) {
    this.#tokens = list;
    this.#macros = macros;
    this.issues = issues;
  }

  whole(): Expr | undefined {
    try {
      const expr = this.#expression();
      if (this.#next.kind !== 'EOF') this.#fail(`Syntax error: extraneous input '${this.#next.text}' expecting <EOF>`);
      return expr;
    } catch (error) {
      if (!(error instanceof SyntaxProblem)) throw error;
      this.issues.push(error.issue);
      return undefined;
    }
  }

  get #next(): Token {
    return this.#tokens[this.#at] ?? { kind: 'EOF', text: '<EOF>', position: 0 };
  }

  #fail(message: string, position = this.#next.position): never {
    throw new SyntaxProblem({ position, message });
  }

  #take(): Token {
    const token = this.#next;
    this.#at++;
    return token;
  }

  #accept(kind: string): Token | undefined {
    return this.#next.kind === kind ? this.#take() : undefined;
  }

  #expect(kind: string): Token {
    return this.#accept(kind) ?? this.#fail(`Syntax error: mismatched input '${this.#next.text}' expecting ${kind === 'word' ? 'IDENTIFIER' : `'${kind}'`}`);
  }

  #expression(): Expr {
    if (++this.#depth > MAX_DEPTH) this.#fail(`expression recursion limit exceeded: ${MAX_DEPTH}`, -1);
    const condition = this.#binary(0);
    const question = this.#accept('?');
    if (!question) return this.#leave(condition);
    const yes = this.#binary(0);
    this.#expect(':');
    return this.#leave(callOf('_?_:_', question.position, condition, yes, this.#expression()));
  }

  #leave(expr: Expr): Expr {
    this.#depth--;
    return expr;
  }

  #binary(level: number): Expr {
    const operators = LEVELS[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    while (operators.includes(this.#next.kind)) {
      const { kind, position } = this.#take();
      left = callOf(kind === 'in' ? '@in' : `_${kind}_`, position, left, this.#binary(level + 1));
    }
    return left;
  }

  /** An even number of signs is none. */
  #unary(): Expr {
    const first = this.#next;
    if (first.kind !== '!' && first.kind !== '-') return this.#member();
    let count = 0;
    while (this.#accept(first.kind)) count++;
    const literal = this.#next.literal;
    if (first.kind === '-' && count === 1 && (literal?.of === 'int' || literal?.of === 'double')) return this.#suffixes(this.#literal(true, first.position));
    const operand = this.#isNegativeLiteral() ? this.#suffixes(this.#literal(true, this.#take().position)) : this.#member();
    return count % 2 === 0 ? operand : callOf(first.kind === '!' ? '!_' : '-_', first.position, operand);
  }

  /** A sign and a number, behind other signs. */
  #isNegativeLiteral(): boolean {
    const next = this.#tokens[this.#at + 1]?.literal;
    return this.#next.kind === '-' && (next?.of === 'int' || next?.of === 'double');
  }

  #literal(isNegative: boolean, position: number): LiteralExpr {
    const { literal } = this.#take();
    if (!literal) return this.#fail('Syntax error: literal expected');
    const { of: type, value } = literal;
    if ((type === 'int' || type === 'uint') && typeof value === 'bigint') {
      if (!fits(value, type, isNegative)) this.issues.push({ position, message: `invalid ${type} literal` });
      return { ...literal, value: isNegative ? -value : value, position };
    }
    return { ...literal, value: isNegative && typeof value === 'number' ? -value : value, position };
  }

  #member(): Expr {
    return this.#suffixes(this.#primary());
  }

  #suffixes(start: Expr): Expr {
    let expr = start;
    for (;;) {
      if (this.#next.kind === '.') expr = this.#selected(expr, this.#take());
      else if (this.#next.kind === '[') expr = this.#indexed(expr, this.#take());
      else if (this.#next.kind === '{' && messageName(expr) !== undefined) expr = this.#struct(messageName(expr) ?? '', this.#take());
      else return expr;
    }
  }

  #selected(operand: Expr, { position }: Token): Expr {
    const isOptional = this.#accept('?') !== undefined;
    if (this.#next.kind !== 'word') this.#fail(`Syntax error: no viable alternative at input '.${this.#next.kind === 'EOF' ? '' : this.#next.text}'`);
    const { text, position: at } = this.#take();
    if (text.startsWith('`')) this.issues.push({ position: at, message: "unsupported syntax: '`'" });
    const field = text.replaceAll('`', '');
    const open = isOptional ? undefined : this.#accept('(');
    if (open) return this.#memberCall(operand, field, open.position);
    return { kind: 'select', operand, field, isTest: false, isOptional, position };
  }

  #memberCall(target: Expr, name: string, position: number): Expr {
    const args = this.#list(')', () => this.#expression());
    const macro = this.#macros[`${name}/${args.length}`];
    return macro?.({ target, args, position }, this.issues) ?? { kind: 'call', target, function: name, args, position };
  }

  #indexed(operand: Expr, { position }: Token): Expr {
    const isOptional = this.#accept('?') !== undefined;
    const index = this.#expression();
    this.#expect(']');
    return callOf(isOptional ? '_[?_]' : '_[_]', position, operand, index);
  }

  #list<T>(end: string, item: () => T): T[] {
    const out: T[] = [];
    while (this.#next.kind !== end) {
      out.push(item());
      if (!this.#accept(',')) break;
      if (end === ')' && this.#next.kind === end) this.#fail(`Syntax error: mismatched input ')' expecting ${OPERAND}`);
    }
    if (this.#next.kind !== end && end !== ')') this.#fail(`Syntax error: mismatched input '${this.#next.text}' expecting {'${end}', ','}`);
    this.#expect(end);
    return out;
  }

  #primary(): Expr {
    const token = this.#next;
    switch (token.kind) {
      case 'literal':
        return this.#literal(false, token.position);
      case 'true':
      case 'false':
        this.#take();
        return { kind: 'literal', of: 'bool', value: token.kind === 'true', position: token.position };
      case 'null':
        this.#take();
        return { kind: 'literal', of: 'null_type', value: null, position: token.position };
      case '(':
        return this.#parenthesised();
      case '[':
        this.#take();
        return { kind: 'list', elements: this.#list(']', () => ({ isOptional: this.#accept('?') !== undefined, value: this.#expression() })), position: token.position };
      case '{':
        return this.#map(this.#take().position);
      default:
        return this.#identifier();
    }
  }

  #parenthesised(): Expr {
    this.#take();
    const inner = this.#expression();
    if (this.#next.kind === 'EOF') this.#fail("Syntax error: missing ')' at '<EOF>'");
    this.#expect(')');
    return inner;
  }

  #map(position: number): Expr {
    const entry = (): { key: Expr; value: Expr; isOptional: boolean } => {
      const isOptional = this.#accept('?') !== undefined;
      const key = this.#expression();
      this.#expect(':');
      return { key, value: this.#expression(), isOptional };
    };
    return { kind: 'map', entries: this.#list('}', entry), position };
  }

  #struct(name: string, { position }: Token): StructExpr {
    const field = (): StructExpr['fields'][number] => {
      const isOptional = this.#accept('?') !== undefined;
      const word = this.#expect('word');
      this.#expect(':');
      return { field: word.text.replaceAll('`', ''), value: this.#expression(), isOptional, position: word.position };
    };
    return { kind: 'struct', name, fields: this.#list('}', field), position };
  }

  #identifier(): Expr {
    const dot = this.#accept('.');
    if (!dot && this.#next.kind !== 'word' && BEGIN_OPERAND.has(this.#tokens[this.#at + 1]?.kind ?? '')) return this.#withoutExtraneous();
    if (this.#next.kind !== 'word') this.#fail(`Syntax error: mismatched input '${this.#next.text}' expecting ${dot ? 'IDENTIFIER' : OPERAND}`);
    const { text, position } = this.#take();
    if (RESERVED.has(text)) this.issues.push({ position, message: `reserved identifier: ${text}` });
    const name = dot ? `.${text}` : text;
    const open = this.#accept('(');
    if (!open) return { kind: 'ident', name, position };
    const args = this.#list(')', () => this.#expression());
    return name === 'has' && args.length === 1 ? this.#has(args[0], open.position) : callOf(name, open.position, ...args);
  }

  /** One token too many before an operand. */
  #withoutExtraneous(): Expr {
    const { text, position } = this.#take();
    this.issues.push({ position, message: `Syntax error: extraneous input '${text}' expecting ${OPERAND}` });
    return this.#primary();
  }

  #has(argument: Expr | undefined, position: number): Expr {
    if (argument?.kind === 'select') return { ...argument, isTest: true, position };
    this.issues.push({ position: argument?.position ?? position, message: 'invalid argument to has() macro' });
    return { kind: 'literal', of: 'bool', value: false, position };
  }
}

/** a.b.C as a name, for what may begin a message. */
export function messageName(e: Expr): string | undefined {
  if (e.kind === 'ident') return e.name;
  if (e.kind !== 'select' || e.isTest || e.isOptional) return undefined;
  const operand = messageName(e.operand);
  return operand === undefined ? undefined : `${operand}.${e.field}`;
}
