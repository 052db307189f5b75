/** The rules of a custom resource's schema (x-kubernetes-validations), evaluated on what is written; compiled once a version. Behaves like upstream apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go. */
import { compileRules, type CompiledRule, type Rule } from '../cel/rules.ts';
import { declaredType, schemaIn, withObjectMeta, type DeclaredType, type Schema } from '../cel/schema-types.ts';
import { fromSchema } from '../cel/schema-values.ts';
import { Failure, NONE, Optional, type Result } from '../cel/values.ts';
import { escapeName } from '../cel/escaping.ts';
import { fieldPath } from '../cel/field-path.ts';
import { own } from '../own.ts';
import { duplicate, forbidden, invalid, required, type FieldError, type Path } from '../validation/field.ts';
import { findItem, isMembers, type Correlated } from './correlation.ts';
import { evaluateMessage } from './rule-messages.ts';

/** Of one rule. */
const CALL_LIMIT = 1_000_000;
/** Of all rules on one object. */
export const BUDGET = 10_000_000;
const EXHAUSTED = 'validation failed due to running out of cost budget, no further validation rules will be run';

/** One write. */
export interface Writing {
  readonly path: Path;
  readonly value: unknown;
  /** undefined: there was none, or it cannot be told which. */
  readonly old: unknown;
  readonly correlated?: Correlated | undefined;
  /** What holds this value, where that itself is not correlated. */
  readonly parent?: Correlated | undefined;
}

/** Ends the evaluation: no rule after this one is run. */
class Exhausted extends Error {}

/** What a write found; costs are taken from `budget`. */
export interface Judgement {
  readonly errors: FieldError[];
  readonly warnings: string[];
  budget: number;
}

export class RuleValidator {
  readonly #schema: Schema;
  readonly #isRoot: boolean;
  readonly #rules: readonly CompiledRule[];
  readonly #isUnreadable: boolean;
  readonly #items: RuleValidator | undefined;
  readonly #values: RuleValidator | undefined;
  readonly #properties = new Map<string, RuleValidator>();
  readonly #allOf: readonly RuleValidator[];

  /** `rules`: a schema whose rules these are; `node`: the one that says what the values are. */
  private constructor(rules: Schema, node: Schema, isRoot: boolean, declared: DeclaredType | undefined) {
    const own = rules['x-kubernetes-validations'] ?? [];
    this.#schema = isRoot ? withObjectMeta(node) : node;
    this.#isRoot = isRoot;
    this.#rules = declared ? compileRules(own, declared) : [];
    this.#isUnreadable = !declared && own.length > 0;
    this.#items = made(itemsOf(rules), itemsOf(node), declared?.element);
    this.#values = made(schemaIn(rules.additionalProperties), schemaIn(node.additionalProperties), declared?.element);
    for (const [name, property] of Object.entries(rules.properties ?? {})) this.#addProperty(name, property, node.properties?.[name], declared);
    this.#allOf = (rules.allOf ?? []).flatMap((part) => (hasRules(part) ? [new RuleValidator(part, node, isRoot, declared)] : []));
  }

  /** undefined: there are no rules. `isRoot`: the values are resources. */
  static of(schema: Schema, isRoot = true): RuleValidator | undefined {
    return hasRules(schema) ? new RuleValidator(schema, schema, isRoot, declaredType(schema, isRoot, 'selfType')) : undefined;
  }

  static within(rules: Schema, node: Schema, declared: DeclaredType | undefined): RuleValidator {
    return new RuleValidator(rules, node, node['x-kubernetes-embedded-resource'] === true, declared);
  }

  #addProperty(name: string, rules: Schema, node: Schema | undefined, declared: DeclaredType | undefined): void {
    if (!node || !hasRules(rules)) return;
    const escaped = escapeName(name);
    const type = escaped === undefined ? declaredType(node, node['x-kubernetes-embedded-resource'] === true, 'selfType') : declared?.fields?.get(escaped);
    if (type) this.#properties.set(name, RuleValidator.within(rules, node, type));
  }

  /** `judgement` takes what is found. */
  validate(writing: Writing, judgement: Judgement): void {
    try {
      this.#validate(writing, judgement);
    } catch (error) {
      if (!(error instanceof Exhausted)) throw error;
    }
  }

  #validate(writing: Writing, judgement: Judgement): void {
    if (writing.value === null || writing.value === undefined) return;
    this.#evaluateAll(writing, judgement);
    for (const part of this.#allOf) part.#validate({ ...writing, correlated: undefined }, judgement);
    if (Array.isArray(writing.value)) this.#validateItems(writing, writing.value, judgement);
    else if (isMembers(writing.value)) this.#validateMembers(writing, writing.value, judgement);
  }

  #validateItems(writing: Writing, items: readonly unknown[], judgement: Judgement): void {
    const old = Array.isArray(writing.old) ? writing.old : [];
    const validator = this.#items;
    if (!validator) return;
    for (const [i, value] of items.entries()) validator.#validate({ path: writing.path.index(i), value, old: findItem(this.#schema, old, value), ...followed(writing, writing.correlated?.index(i)) }, judgement);
  }

  #validateMembers(writing: Writing, members: Readonly<Record<string, unknown>>, judgement: Judgement): void {
    const old = isMembers(writing.old) ? writing.old : undefined;
    for (const [name, value] of Object.entries(members)) {
      const validator = this.#properties.get(name) ?? this.#values;
      if (!validator || value === undefined) continue;
      const path = this.#properties.has(name) ? writing.path.child(name) : writing.path.key(name);
      validator.#validate({ path, value, old: old && own(old, name), ...followed(writing, writing.correlated?.key(name), this.#isRoot ? name : undefined) }, judgement);
    }
  }

  #evaluateAll(writing: Writing, judgement: Judgement): void {
    if (this.#isUnreadable) judgement.errors.push(this.#error(writing.path, 'rule compiler initialization error: failed to convert to declType for CEL validation rules'));
    if (this.#rules.length === 0) return;
    if (judgement.budget <= 0) this.#stop(writing.path, EXHAUSTED, judgement);
    const self = fromSchema(writing.value, this.#schema);
    const old = writing.old === null ? undefined : writing.old;
    const oldSelf = old === undefined ? undefined : fromSchema(old, this.#schema);
    for (const compiled of this.#rules) {
      const optional = compiled.rule.optionalOldSelf === true;
      if (compiled.error !== undefined) judgement.errors.push(this.#error(writing.path, `rule compile error: ${compiled.error}`));
      else if (compiled.program && (!compiled.usesOldSelf || oldSelf !== undefined || optional)) this.#evaluate(compiled, activation(self, oldSelf, optional), writing, judgement);
    }
  }

  #evaluate(compiled: CompiledRule, variables: ReadonlyMap<string, Result>, writing: Writing, judgement: Judgement): void {
    const { rule, program } = compiled;
    if (!program) return;
    const { value, cost } = program.evaluate(variables, CALL_LIMIT);
    if (cost > judgement.budget) this.#stop(writing.path, EXHAUSTED, judgement);
    judgement.budget -= cost;
    if (value instanceof Failure) this.#fail(rule, value.message, writing.path, judgement);
    else if (value !== true) this.#refuse(compiled, variables, writing, judgement);
  }

  #fail(rule: Rule, why: string, path: Path, judgement: Judgement): void {
    const text = ruleText(rule);
    if (why.startsWith('operation cancelled: actual cost limit exceeded')) this.#stop(path, `'${why}': no further validation rules will be run due to call cost exceeds limit for rule: ${text}`, judgement);
    const detail = why.startsWith('no such overload') ? `'${why}': call arguments did not match a supported operator, function or macro signature for rule: ${text}` : `${why} evaluating rule: ${text}`;
    judgement.errors.push(this.#error(path, detail));
  }

  #refuse(compiled: CompiledRule, variables: ReadonlyMap<string, Result>, writing: Writing, judgement: Judgement): void {
    const { rule, message, usesOldSelf } = compiled;
    const at = rule.fieldPath ? pathWithin(writing.path, rule.fieldPath, this.#schema) : writing.path;
    const isKept = !usesOldSelf && (writing.correlated ? writing.correlated.isEqual() : (writing.parent?.isEqual() ?? false));
    const tell = (error: FieldError): void => void (isKept ? judgement.warnings.push(`${named(error).field}: ${error.message}`) : judgement.errors.push(named(error)));
    const told = message?.program ? evaluateMessage(message.program, rule.messageExpression ?? '', variables, judgement) : undefined;
    if (told?.stop !== undefined) {
      tell(invalid(at, this.#schema.type, told.stop));
      throw new Exhausted();
    }
    tell(forReason(rule, at, this.#schema, writing.value, told?.text ?? (rule.message ? rule.message.trim() : `failed rule: ${ruleText(rule)}`)));
  }

  #error(path: Path, detail: string): FieldError {
    return named(invalid(path, this.#schema.type ?? '', detail));
  }

  #stop(path: Path, detail: string, judgement: Judgement): never {
    judgement.errors.push(this.#error(path, detail));
    throw new Exhausted();
  }
}

const itemsOf = (schema: Schema): Schema | undefined => schemaIn(schema.items as Schema | readonly unknown[] | undefined);
const made = (rules: Schema | undefined, node: Schema | undefined, declared: DeclaredType | undefined): RuleValidator | undefined => (rules && node && hasRules(rules) ? RuleValidator.within(rules, node, declared) : undefined);

function hasRules(schema: Schema): boolean {
  if ((schema['x-kubernetes-validations'] ?? []).length > 0) return true;
  const parts = [itemsOf(schema), schemaIn(schema.additionalProperties), ...Object.values(schema.properties ?? {}), ...(schema.allOf ?? [])];
  return parts.some((part) => part && hasRules(part));
}

function activation(self: Result, oldSelf: Result | undefined, isOptional: boolean): ReadonlyMap<string, Result> {
  const out = new Map([['self', self]]);
  if (!isOptional) return oldSelf === undefined ? out : out.set('oldSelf', oldSelf);
  return out.set('oldSelf', oldSelf === undefined ? NONE : oldSelf instanceof Failure ? oldSelf : new Optional(oldSelf));
}

/** apiVersion and kind of the root are never correlated. */
function followed({ correlated, parent }: Writing, child: Correlated | undefined, rootMember?: string): Pick<Writing, 'correlated' | 'parent'> {
  if (!correlated) return { correlated: undefined, parent };
  return !parent && (rootMember === 'apiVersion' || rootMember === 'kind') ? {} : { correlated: child, parent: correlated };
}

const ruleText = ({ rule, message }: Rule): string => (message ? message : rule).trim();

/** The root's path is no text. */
const named = (error: FieldError): FieldError => (error.field === '' ? { ...error, field: '<nil>' } : error);

function pathWithin(path: Path, text: string, schema: Schema): Path {
  const found = fieldPath(text, schema);
  return 'problem' in found || found.text === '' ? path : path.child(found.text);
}

/** Objects and lists are not shown. */
function forReason({ reason }: Rule, path: Path, { type }: Schema, value: unknown, detail: string): FieldError {
  const isShown = type !== 'object' && type !== 'array';
  if (reason === 'FieldValueForbidden') return forbidden(path, detail);
  if (reason === 'FieldValueRequired') return required(path, detail);
  if (reason === 'FieldValueDuplicate') return isShown ? duplicate(path, value) : { ...duplicate(path, ''), message: 'Duplicate value' };
  return isShown ? invalid(path, value, detail) : { ...invalid(path, '', detail), message: `Invalid value: ${detail}` };
}
