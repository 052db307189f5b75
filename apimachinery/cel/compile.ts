/**
 * Compiles a CEL expression: parses (./parser.ts), checks (./checker.ts) and looks at literals; for the validation of expressions in registry, and for evaluation (./program.ts).
 * Behaves like upstream cel-go/cel/env.go (Compile) with the validators of apiserver/pkg/cel/environment/base.go.
 */
import { check } from './checker.ts';
import { codePoints } from './lexer.ts';
import { patternProblem } from './library/patterns.ts';
import { BIND, MACROS, type Macro } from './macros.ts';
import { parse } from './parser.ts';
import { children, type Expr, type Issue } from './syntax.ts';
import { ERROR, type CelType } from './types.ts';

/** What an expression may name. */
export interface Environment {
  readonly variables: ReadonlyMap<string, CelType>;
  /** cel.bind() */
  readonly hasBindings?: boolean;
}

const PLAIN: Readonly<Record<string, Macro>> = MACROS;
const WITH_BINDINGS: Readonly<Record<string, Macro>> = { ...MACROS, ...BIND };
const DURATION = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[-+]\d\d:\d\d)$/;

/** error: the text of all mistakes; expr: what ./program.ts evaluates, when there are none. */
export interface Compiled {
  readonly type: CelType;
  readonly error?: string;
  readonly expr?: Expr;
}

export function compile(source: string, environment: Environment): Compiled {
  const parsed = parse(source, environment.hasBindings ? WITH_BINDINGS : PLAIN);
  if (!parsed.expr) return { type: ERROR, error: display(source, parsed.issues) };
  const checked = check(parsed.expr, environment.variables);
  const issues = checked.issues.length > 0 ? checked.issues : literalIssues(parsed.expr);
  return issues.length > 0 ? { type: ERROR, error: display(source, issues) } : { type: checked.type, expr: parsed.expr };
}

/** Each mistake with its line and a mark below its column, in the order of the places. */
function display(source: string, issues: readonly Issue[]): string {
  return [...issues].sort((a, b) => a.position - b.position).map((issue) => displayOne(source, issue)).join('\n');
}

function displayOne(source: string, { position, message }: Issue): string {
  if (position < 0) return `ERROR: <input>:-1:0: ${message}`;
  if (source === '') return `ERROR: <input>:1:0: ${message}`;
  const before = source.slice(0, position).split('\n');
  const start = before.at(-1) ?? '';
  const line = (source.split('\n')[before.length - 1] ?? '').replaceAll('\t', ' ');
  const column = codePoints(start) + 1;
  const isWide = (line.codePointAt(start.length) ?? 0) > 0x7f;
  return `ERROR: <input>:${before.length}:${column}: ${message}\n | ${line}\n | ${start.replace(/\P{ASCII}/gu, '．').replace(/\p{ASCII}/gu, '.')}${isWide ? '＾' : '^'}`;
}

function literalIssues(e: Expr): readonly Issue[] {
  return [...ownIssue(e), ...children(e).flatMap(literalIssues)];
}

function ownIssue(e: Expr): readonly Issue[] {
  if (e.kind !== 'call') return [];
  const argument = e.args.at(-1);
  if (argument?.kind !== 'literal' || typeof argument.value !== 'string') return [];
  const isWrong = (e.function === 'matches' && patternProblem(argument.value) !== undefined) || (e.function === 'duration' && !DURATION.test(argument.value)) || (e.function === 'timestamp' && !RFC3339.test(argument.value));
  return isWrong ? [{ position: argument.position, message: `invalid ${e.function} argument` }] : [];
}
