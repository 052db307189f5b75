/**
 * Compiles a CEL expression: parses (./parser.ts), checks (./checker.ts) and looks at literals; for the validation of expressions in registry. Nothing is evaluated.
 * Behaves like upstream cel-go/cel/env.go (Compile) with the validators of apiserver/pkg/cel/environment/base.go.
 */
import { check } from './checker.ts';
import { codePoints } from './lexer.ts';
import { BIND, MACROS, type Macro } from './macros.ts';
import { parse } from './parser.ts';
import type { Expr, Issue } from './syntax.ts';
import { ERROR, type CelType } from './types.ts';

/** What an expression may name. */
export interface Environment {
  readonly variables: ReadonlyMap<string, CelType>;
  /** cel.bind() */
  readonly hasBindings?: boolean;
}

const PLAIN: Readonly<Record<string, Macro>> = MACROS;
const WITH_BINDINGS: Readonly<Record<string, Macro>> = { ...MACROS, ...BIND };
/** Lookarounds and references back, which RE2 does not have. */
const NOT_RE2 = /\(\?<?[=!]|\\[1-9]/;
const DURATION = /^[-+]?(?:0|(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+)$/;
const RFC3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[-+]\d\d:\d\d)$/;

/** The type, or the text of all mistakes. */
export function compile(source: string, environment: Environment): { readonly type: CelType; readonly error?: string } {
  const parsed = parse(source, environment.hasBindings ? WITH_BINDINGS : PLAIN);
  if (!parsed.expr) return { type: ERROR, error: display(source, parsed.issues) };
  const checked = check(parsed.expr, environment.variables);
  const issues = checked.issues.length > 0 ? checked.issues : literalIssues(parsed.expr);
  return issues.length > 0 ? { type: ERROR, error: display(source, issues) } : { type: checked.type };
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
  const isWrong = (e.function === 'matches' && !isRegex(argument.value)) || (e.function === 'duration' && !DURATION.test(argument.value)) || (e.function === 'timestamp' && !RFC3339.test(argument.value));
  return isWrong ? [{ position: argument.position, message: `invalid ${e.function} argument` }] : [];
}

/** Whether RE2 would take it: what it writes in its own way is put into JavaScript's first. */
function isRegex(pattern: string): boolean {
  if (NOT_RE2.test(pattern.replaceAll('\\\\', ''))) return false;
  const here = pattern.replaceAll('(?P<', '(?<').replace(/\[:\^?[a-z]+:\]/g, 'a').replace(/\(\?[imsU-]+\)/g, '').replace(/\(\?[imsU-]+:/g, '(?:');
  try {
    RegExp(here);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function children(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'literal':
    case 'ident':
      return [];
    case 'select':
      return [e.operand];
    case 'call':
      return [...(e.target ? [e.target] : []), ...e.args];
    case 'list':
      return e.elements.map(({ value }) => value);
    case 'map':
      return e.entries.flatMap(({ key, value }) => [key, value]);
    case 'struct':
      return e.fields.map(({ value }) => value);
    case 'fold':
      return [e.range, e.init, e.condition, e.step, e.result];
  }
}
