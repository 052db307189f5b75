/** The expressions of rules (x-kubernetes-validations): whether they compile, and whether they may cost too much. Behaves like upstream apiextensions/validation/validation.go and cel_validation.go. */
import { compileRules, type CompiledRule } from '../../../apimachinery/cel/rules.ts';
import { declaredType } from '../../../apimachinery/cel/schema-types.ts';
import { forbidden, internalError, invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { entries, itemSchema, schemaIn, type Schema } from './schema-walk.ts';

const RULE_LIMIT = 10_000_000n;
const TOTAL_LIMIT = 100_000_000n;
const MOST = 2n ** 64n - 1n;
/** How many rules are named when all together cost too much. */
const NAMED = 4;
const ADVICE = '(try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)';

interface Place {
  readonly path: Path;
  readonly isRoot: boolean;
  /** How many such values an object may have; undefined: any number. */
  readonly cardinality: bigint | undefined;
  /** Where values cannot be matched with older ones; undefined: nowhere above. */
  readonly uncorrelatable?: Path;
}

/** `errors`: what else is wrong with the schema; where that is, nothing is compiled. `mayBeCostly`: single rules were so before. */
export function expressionErrors(schema: Schema, path: Path, errors: readonly FieldError[], mayBeCostly: boolean): FieldError[] {
  const checker = new Checker(errors.map(({ field }) => field), mayBeCostly);
  checker.check(schema, { path, isRoot: true, cardinality: 1n });
  return [...checker.errors, ...checker.totalErrors(path)];
}

class Checker {
  readonly errors: FieldError[] = [];
  readonly #wrong: readonly string[];
  readonly #mayBeCostly: boolean;
  readonly #costs: { readonly path: Path; readonly cost: bigint }[] = [];
  #total = 0n;

  constructor(wrong: readonly string[], mayBeCostly: boolean) {
    this.#wrong = wrong;
    this.#mayBeCostly = mayBeCostly;
  }

  /** What stands within comes first. */
  check(schema: Schema, place: Place): void {
    for (const [part, at] of partsOf(schema, place)) this.check(part, at);
    const rules = schema['x-kubernetes-validations'] ?? [];
    if (rules.length === 0 || this.#isWrong(place.path)) return;
    const at = place.path.child('x-kubernetes-validations');
    const declared = declaredType(schema, place.isRoot || schema['x-kubernetes-embedded-resource'] === true, 'selfType');
    if (declared) compileRules(rules, declared).forEach((compiled, i) => this.#judge(compiled, at.index(i), place));
    else this.errors.push(internalError(at, 'internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations'));
  }

  #isWrong(path: Path): boolean {
    const text = path.toString();
    return this.#wrong.some((field) => field === text || field.startsWith(`${text}.`) || field.startsWith(`${text}[`));
  }

  #judge(compiled: CompiledRule, path: Path, { cardinality, uncorrelatable }: Place): void {
    const { rule, error, message, usesOldSelf } = compiled;
    this.#observe(path.child('rule'), 'estimated rule cost', capped(compiled.maxCost * (cardinality ?? compiled.maxCardinality)));
    if (error !== undefined) this.errors.push(invalid(path.child('rule'), goRule(compiled), error));
    if (message?.error !== undefined) this.errors.push(invalid(path.child('messageExpression'), goRule(compiled), message.error));
    else if (message) this.#observe(path.child('messageExpression'), 'estimated messageExpression cost', message.maxCost);
    if (usesOldSelf && uncorrelatable) this.errors.push(invalid(path.child('rule'), rule.rule, `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelatable.toString()}`));
    if (!usesOldSelf && rule.optionalOldSelf !== undefined) this.errors.push(invalid(path.child('optionalOldSelf'), rule.optionalOldSelf, 'may not be set if oldSelf is not used in rule'));
  }

  #observe(path: Path, name: string, cost: bigint): void {
    if (!this.#mayBeCostly && cost > RULE_LIMIT) this.errors.push(forbidden(path, excess(name, cost, RULE_LIMIT)));
    this.#total = capped(this.#total + cost);
    if (cost >= TOTAL_LIMIT / 100n) this.#costs.push({ path, cost });
  }

  totalErrors(path: Path): FieldError[] {
    if (this.#total <= TOTAL_LIMIT) return [];
    const named = this.#costs.toSorted((a, b) => (a.cost > b.cost ? -1 : a.cost < b.cost ? 1 : 0)).slice(0, NAMED);
    return [
      ...named.map((rule) => forbidden(rule.path, 'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema')),
      forbidden(path, excess('x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema', this.#total, TOTAL_LIMIT)),
    ];
  }
}

const capped = (n: bigint): bigint => (n > MOST ? MOST : n);

function excess(name: string, cost: bigint, limit: bigint): string {
  const factor = Number(cost) / Number(limit);
  const text = factor > 100 ? 'more than 100x' : factor < 1.5 ? `${factor.toFixed(6)}x` : `${factor.toFixed(1)}x`;
  return `${name} exceeds budget by factor of ${text} ${ADVICE}`;
}

/** As upstream's own form of a rule is shown. */
function goRule({ rule }: CompiledRule): unknown {
  const { rule: text, message = '', messageExpression = '', reason = null, fieldPath = '', optionalOldSelf = null } = rule;
  return { Rule: text, Message: message, MessageExpression: messageExpression, Reason: reason, FieldPath: fieldPath, OptionalOldSelf: optionalOldSelf };
}

function partsOf(schema: Schema, place: Place): (readonly [Schema, Place])[] {
  const most = maxElements(schema);
  const cardinality = place.cardinality === undefined || most === undefined ? undefined : capped(place.cardinality * most);
  const within: Place = { ...place, isRoot: false, cardinality };
  const [additional, items] = [schemaIn(schema.additionalProperties), itemSchema(schema)];
  const isMap = schema['x-kubernetes-list-type'] === 'map';
  return [
    ...(additional ? [[additional, { ...within, path: place.path.child('additionalProperties') }] as const] : []),
    ...entries(schema.properties).map(([name, part]) => [part, { ...within, path: place.path.child('properties').key(name) }] as const),
    ...(items ? [[items, { ...within, path: place.path.child('items'), ...(isMap ? {} : { uncorrelatable: place.uncorrelatable ?? place.path }) }] as const] : []),
  ];
}

function maxElements({ type, additionalProperties, maxProperties, maxItems }: Schema): bigint | undefined {
  const bound = type === 'array' ? maxItems : type === 'object' && additionalProperties !== undefined ? maxProperties : 1;
  return bound === undefined ? undefined : BigInt(Math.max(0, bound));
}
