/** Finds the type of an expression, or its mistakes. Behaves like upstream cel-go/checker/checker.go with literals of one element type. */
import { RESERVED } from './escaping.ts';
import { FUNCTIONS } from './functions.ts';
import { messageName } from './parser.ts';
import type { Overload } from './signatures.ts';
import { isEqualOrLessSpecific, isExactly, Substitution } from './substitution.ts';
import { children, type CallExpr, type Expr, type FoldExpr, type Issue, type ListExpr, type MapExpr, type SelectExpr, type StructExpr } from './syntax.ts';
import { BOOL, DURATION, DYN, ERROR, format, formatArguments, INT, listOf, mapOf, named, NULL, optionalOf, TIMESTAMP, typeOf, type CelType } from './types.ts';

/** Names of types, which are values. */
export const TYPE_NAMES: ReadonlyMap<string, CelType> = new Map<string, CelType>([
  ...['bool', 'int', 'uint', 'double', 'string', 'bytes', 'dyn'].map((n) => [n, typeOf(named(n))] as const),
  ['list', typeOf(listOf(DYN))],
  ['map', typeOf(mapOf(DYN, DYN))],
  ['null_type', typeOf(NULL)],
  ['type', typeOf(typeOf(DYN))],
  ['optional_type', typeOf(optionalOf(DYN))],
  ['google.protobuf.Timestamp', typeOf(TIMESTAMP)],
  ['google.protobuf.Duration', typeOf(DURATION)],
  ...['net.IP', 'net.CIDR', 'kubernetes.URL', 'kubernetes.Quantity', 'kubernetes.Semver', 'kubernetes.NamedFormat'].map((n) => [n, typeOf(named(n))] as const),
]);

/** The type, with dyn where anything may be. */
export function check(expr: Expr, variables: ReadonlyMap<string, CelType>): { readonly type: CelType; readonly issues: readonly Issue[] } {
  const checker = new Checker(variables);
  const type = checker.check(expr);
  settle(expr, checker.types);
  return { type: checker.types.resolve(type, true), issues: checker.issues.length > 0 ? checker.issues : checker.mixed() };
}

/** Types that were free while the rest was not yet known. */
function settle(e: Expr, types: Substitution): void {
  if (e.type) e.type = types.resolve(e.type, true);
  for (const child of children(e)) settle(child, types);
}

interface Member {
  /** Of one literal: its first mistake is enough. */
  readonly group: object;
  readonly first: CelType;
  readonly type: CelType;
  readonly position: number;
}

class Checker {
  readonly issues: Issue[] = [];
  readonly types = new Substitution();
  /** Of literals, but the first: whether it is of the first one's type can be told when all is known. */
  readonly #members: Member[] = [];
  /** Within format(), whose list may hold anything. */
  #formats = 0;
  #scope: ReadonlyMap<string, CelType>;

  constructor(variables: ReadonlyMap<string, CelType>) {
    this.#scope = variables;
  }

  /** Literals whose members are of different types. */
  mixed(): readonly Issue[] {
    const told = new Set<object>();
    return this.#members.flatMap(({ group, first, type, position }) => {
      const [a, b] = [this.types.resolve(first, true), this.types.resolve(type, true)];
      if (isExactly(a, b) || told.has(group)) return [];
      told.add(group);
      return [{ position, message: `expected type '${format(a)}' but found '${format(b)}'` }];
    });
  }

  check(e: Expr): CelType {
    const type = this.#typeOf(e);
    e.type = type;
    return type;
  }

  #typeOf(e: Expr): CelType {
    switch (e.kind) {
      case 'literal':
        return named(e.of);
      case 'ident':
        return this.#lookup(e.name) ?? this.#undeclared(e.position, e.name);
      case 'select':
        return this.#select(e);
      case 'call':
        return this.#callOrFormat(e);
      case 'list':
        return this.#list(e);
      case 'map':
        return this.#map(e);
      case 'struct':
        return this.#struct(e);
      case 'fold':
        return this.#fold(e);
    }
  }

  #problem(position: number, message: string): CelType {
    this.issues.push({ position, message });
    return ERROR;
  }

  #undeclared(position: number, name: string): CelType {
    return this.#problem(position, `undeclared reference to '${name}' (in container '')`);
  }

  #mismatch(position: number, expected: CelType, found: CelType): CelType {
    return this.#problem(position, `expected type '${format(this.types.resolve(expected))}' but found '${format(this.types.resolve(found))}'`);
  }

  #lookup(name: string): CelType | undefined {
    const plain = name.replace(/^\./, '');
    return this.#scope.get(plain) ?? TYPE_NAMES.get(plain);
  }

  #select(e: SelectExpr): CelType {
    const whole = e.isTest || e.isOptional ? undefined : messageName(e);
    const qualified = whole === undefined ? undefined : this.#lookup(whole);
    if (qualified) {
      e.isName = true;
      return qualified;
    }
    const operand = this.types.resolve(this.check(e.operand));
    const isOptional = operand.kind === 'opaque' && operand.name === 'optional_type';
    const type = this.#field(isOptional ? (operand.params[0] ?? DYN) : operand, e);
    if (e.isTest) return BOOL;
    return isOptional || e.isOptional ? optionalOf(type) : type;
  }

  #field(target: CelType, { field, position }: SelectExpr): CelType {
    if (target.kind === 'map') return target.params[1] ?? DYN;
    if (target.kind === 'object' && target.fields) return fieldNamed(target.fields, field) ?? this.#problem(position, `undefined field '${field}'`);
    if (target.kind === 'object' && target !== TIMESTAMP && target !== DURATION) this.#problem(position, `unexpected failed resolution of '${target.name}'`);
    else if (target.kind === 'var') {
      this.types.isAssignable(target, DYN);
    } else if (target.kind !== 'dyn' && target.kind !== 'error') this.#problem(position, `type '${format(target)}' does not support field selection`);
    return DYN;
  }

  #callOrFormat(e: CallExpr): CelType {
    if (!e.target && (e.function === '_&&_' || e.function === '_||_')) {
      for (const a of e.args) this.#demand(a, BOOL);
      e.overloads = FUNCTIONS.get(e.function) ?? [];
      return BOOL;
    }
    if (e.function !== 'format') return this.#call(e);
    this.#formats++;
    const type = this.#call(e);
    this.#formats--;
    return type;
  }

  #call(e: CallExpr): CelType {
    const args = e.args.map((a) => this.check(a));
    if (!e.target) {
      const name = e.function.replace(/^\./, '');
      const overloads = FUNCTIONS.get(name);
      return overloads ? this.#resolve(e, name, overloads, args, false) : this.#undeclared(e.position, e.function);
    }
    const prefix = messageName(e.target);
    const qualified = prefix === undefined ? undefined : FUNCTIONS.get(`${prefix.replace(/^\./, '')}.${e.function}`);
    if (qualified) return this.#resolve(e, `${prefix}.${e.function}`, qualified, args, false);
    const target = this.check(e.target);
    const overloads = FUNCTIONS.get(e.function);
    return overloads ? this.#resolve(e, e.function, overloads, [target, ...args], true) : this.#undeclared(e.position, e.function);
  }

  /** All that fit are tried: when they give different types, anything may come of it. */
  #resolve(e: CallExpr, name: string, overloads: readonly Overload[], args: readonly CelType[], isMember: boolean): CelType {
    let result: CelType | undefined;
    const fitting: Overload[] = [];
    for (const overload of overloads) {
      if (overload.isMember !== isMember) continue;
      const fresh = new Map<string, CelType>();
      const params = overload.args.map((a) => this.#instance(a, fresh));
      const type = this.#instance(overload.result, fresh);
      if (!this.types.assign(params, args)) continue;
      fitting.push(overload);
      const found = this.types.resolve(type);
      if (!result) result = found;
      else if (result.kind !== 'dyn' && !isExactly(result, found)) result = DYN;
    }
    e.overloads = fitting;
    return result ?? this.#problem(e.position, `found no matching overload for '${name}' applied to '${formatArguments(args.map((a) => this.types.resolve(a, true)), isMember)}'`);
  }

  #instance(type: CelType, fresh: Map<string, CelType>): CelType {
    if (type.kind === 'var') {
      const found = fresh.get(type.name) ?? this.types.fresh();
      fresh.set(type.name, found);
      return found;
    }
    return type.params.length === 0 ? type : { ...type, params: type.params.map((p) => this.#instance(p, fresh)) };
  }

  #joined(previous: CelType | undefined, first: CelType | undefined, current: CelType, position: number, group: object): CelType {
    if (!previous) return current;
    if (first && this.#formats === 0) this.#members.push({ group, first, type: current, position });
    if (!this.types.isAssignable(previous, current)) return DYN;
    const [a, b] = [this.types.resolve(previous), this.types.resolve(current)];
    return isEqualOrLessSpecific(a, b) ? a : b;
  }

  /** What an element marked `?` holds. */
  #unwrapped(e: Expr, type: CelType, isOptional: boolean): CelType {
    if (!isOptional) return type;
    const inner = this.types.fresh();
    return this.types.isAssignable(optionalOf(inner), type) ? this.types.resolve(inner) : this.#mismatch(e.position, optionalOf(type), type);
  }

  /** The type of all of them. */
  #common(members: readonly { readonly value: Expr; readonly isOptional: boolean }[]): CelType {
    let common: CelType | undefined;
    let first: CelType | undefined;
    for (const { value, isOptional } of members) {
      const type = this.#unwrapped(value, this.check(value), isOptional);
      common = this.#joined(common, first, type, value.position, members);
      first ??= type;
    }
    return common ?? this.types.fresh();
  }

  #list(e: ListExpr): CelType {
    return listOf(this.#common(e.elements));
  }

  #map({ entries }: MapExpr): CelType {
    const key = this.#common(entries.map((entry) => ({ value: entry.key, isOptional: false })));
    return mapOf(key, this.#common(entries));
  }

  #struct(e: StructExpr): CelType {
    for (const { value } of e.fields) this.check(value);
    const type = this.#lookup(e.name);
    if (!type) return this.#undeclared(e.position, e.name);
    const [inner] = type.params;
    if (type.kind !== 'type' || !inner) return this.#problem(e.position, `'${e.name}' is not a type`);
    return inner.kind === 'object' ? inner : this.#problem(e.position, `'${format(inner)}' is not a message type`);
  }

  #fold(e: FoldExpr): CelType {
    const range = this.types.resolve(this.check(e.range));
    const accumulator = this.check(e.init);
    const outer = this.#scope;
    this.#scope = new Map(outer).set(e.accumulator, accumulator);
    const withAccumulator = this.#scope;
    const elements = this.#elements(range, e);
    this.#scope = new Map([...withAccumulator, ...e.variables.map((name, i) => [name, elements[i] ?? DYN] as const)]);
    this.#demand(e.condition, BOOL);
    this.#demand(e.step, accumulator);
    this.#scope = withAccumulator;
    const result = this.types.resolve(this.check(e.result));
    this.#scope = outer;
    return result;
  }

  #demand(e: Expr, expected: CelType): void {
    const found = this.check(e);
    if (!this.types.isAssignable(expected, found)) this.#mismatch(e.position, expected, found);
  }

  #elements(range: CelType, e: FoldExpr): readonly CelType[] {
    const [first = DYN, second = DYN] = range.params;
    if (range.kind === 'list') return e.variables.length === 1 ? [first] : [INT, first];
    if (range.kind === 'map') return [first, second];
    if (range.kind === 'var') this.types.isAssignable(DYN, range);
    if (range.kind === 'dyn' || range.kind === 'error' || range.kind === 'var') return [DYN, DYN];
    const error = this.#problem(e.range.position, `expression of type '${format(range)}' cannot be range of a comprehension (must be list, map, or dynamic)`);
    return [error, error];
  }
}

/** A word that is reserved stands for the field that is escaped so: `namespace` for `__namespace__`. */
const fieldNamed = (fields: ReadonlyMap<string, CelType>, field: string): CelType | undefined => fields.get(field) ?? (RESERVED.has(field) ? fields.get(`__${field}__`) : undefined);
