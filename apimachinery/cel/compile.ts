/**
 * Compiles a CEL expression: parses (./parser.ts), checks (./checker.ts) and looks at literals; for the validation of expressions in registry, and for evaluation (./program.ts).
 * Behaves like upstream cel-go/cel/env.go (Compile) with the validators of apiserver/pkg/cel/environment/base.go.
 */
import { check } from './checker.ts';
import { formatIssues } from './format-check.ts';
import { codePoints } from './lexer.ts';
import { timestampOf } from './library/conversions.ts';
import { patternProblem } from './library/patterns.ts';
import { BIND, MACROS, type Macro } from './macros.ts';
import { parse } from './parser.ts';
import { children, type Expr, type Issue, type Literal } from './syntax.ts';
import { durationOrNone } from '../../component-base/duration.ts';
import { ERROR, type CelType } from './types.ts';
import { Failure } from './values.ts';

/** What an expression may name. */
export interface Environment {
  readonly variables: ReadonlyMap<string, CelType>;
  /** cel.bind() */
  readonly hasBindings?: boolean;
}

const PLAIN: Readonly<Record<string, Macro>> = MACROS;
const WITH_BINDINGS: Readonly<Record<string, Macro>> = { ...MACROS, ...BIND };
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
  if (e.function === 'format') return formatIssues(e);
  const argument = e.args.at(-1);
  if (argument?.kind !== 'literal' || LITERALS[e.function]?.(argument.value) !== false) return [];
  return [{ position: argument.position, message: `invalid ${e.function} argument` }];
}

/** Whether a function takes a literal. */
const LITERALS: Readonly<Record<string, (value: Literal) => boolean>> = {
  matches: (value) => typeof value !== 'string' || patternProblem(value) === undefined,
  duration: (value) => typeof value === 'string' && durationOrNone(value) !== undefined,
  timestamp: (value) => !(timestampOf(value) instanceof Failure),
};
