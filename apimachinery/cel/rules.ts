/** The rules of a schema (x-kubernetes-validations), compiled: each over `self` and `oldSelf`, which are of the schema's type. Behaves like upstream apiextensions-apiserver/pkg/apiserver/schema/cel/compilation.go. */
import { compile } from './compile.ts';
import { estimateCost } from './estimate.ts';
import { newProgram, type Program } from './program.ts';
import { maxCardinality, sizesIn, type DeclaredType, type Schema } from './schema-types.ts';
import { children, type Expr } from './syntax.ts';
import { BOOL, optionalOf, STRING, type CelType } from './types.ts';

export type Rule = NonNullable<Schema['x-kubernetes-validations']>[number];

export interface CompiledRule {
  readonly rule: Rule;
  /** What keeps the rule from being evaluated. */
  readonly error?: string;
  /** undefined: there is an error, or no rule at all. */
  readonly program?: Program;
  readonly usesOldSelf: boolean;
  /** At most, for one value. */
  readonly maxCost: bigint;
  /** How many values a request may hold. */
  readonly maxCardinality: bigint;
  readonly message?: CompiledMessage;
}

export interface CompiledMessage {
  readonly error?: string;
  readonly program?: Program;
  readonly maxCost: bigint;
}

const NAMES: ReadonlySet<string> = new Set(['self', 'oldSelf']);

/** `declared`: the type of what the rules are about. */
export function compileRules(rules: readonly Rule[], declared: DeclaredType): CompiledRule[] {
  return rules.map((rule) => compileRule(rule, declared));
}

function compileRule(rule: Rule, declared: DeclaredType): CompiledRule {
  const nothing = { rule, usesOldSelf: false, maxCost: 0n, maxCardinality: 0n };
  if (rule.rule.trim() === '') return nothing;
  const made = compileAs(rule.rule, rule, declared, BOOL);
  const usesOldSelf = made.expr !== undefined && mentions(made.expr, 'oldSelf');
  if (made.error !== undefined) return { ...nothing, usesOldSelf, error: made.error === WRONG_TYPE ? 'cel expression must evaluate to a bool' : made.error };
  const message = rule.messageExpression ? compileMessage(rule.messageExpression, rule, declared) : undefined;
  return { ...made, rule, usesOldSelf, maxCardinality: maxCardinality(declared.minSize), ...(message && { message }) };
}

function compileMessage(source: string, rule: Rule, declared: DeclaredType): CompiledMessage {
  const { error, ...made } = compileAs(source, rule, declared, STRING);
  if (error === undefined) return made;
  return { maxCost: 0n, error: error === WRONG_TYPE ? 'messageExpression must evaluate to a string' : `messageExpression ${error.replace(/^program /, '')}` };
}

const WRONG_TYPE = 'wrong type';

interface Made {
  readonly error?: string;
  readonly expr?: Expr;
  readonly program?: Program;
  readonly maxCost: bigint;
}

function compileAs(source: string, { optionalOldSelf }: Rule, declared: DeclaredType, wanted: CelType): Made {
  const oldSelf = optionalOldSelf ? optionalOf(declared.type) : declared.type;
  const { expr, type, error } = compile(source, { variables: new Map([['self', declared.type], ['oldSelf', oldSelf]]) });
  if (!expr) return { maxCost: 0n, error: `compilation failed: ${error ?? ''}` };
  if (type !== wanted) return { maxCost: 0n, error: WRONG_TYPE };
  const program = newProgram(expr, NAMES);
  if (program.error !== undefined) return { maxCost: 0n, expr, error: `program instantiation failed: ${program.error}` };
  return { expr, program, maxCost: estimateCost(expr, sizesIn(declared)).max };
}

const mentions = (e: Expr, name: string): boolean => (e.kind === 'ident' && e.name.replace(/^\./, '') === name) || children(e).some((child) => mentions(child, name));
