/** What a checked expression will cost at most, before it is evaluated; calls in ./call-estimates.ts. Behaves like upstream cel-go/checker/cost.go, with presence tests that cost nothing. */
import { estimateCall, type Argument, type CallEstimate } from './call-estimates.ts';
import { runes } from './library/texts.ts';
import { add, fixed, MOST, multiply, NOTHING, ONE, UNKNOWN, union, type Estimate } from './size-estimate.ts';
import type { CallExpr, Expr, FoldExpr, ListExpr, MapExpr, SelectExpr } from './syntax.ts';
import { DURATION, DYN, TIMESTAMP, type CelType } from './types.ts';

/** How large what stands at a path is (`self`, `spec`, `@items`, `@keys`, `@values`); undefined: that is not known. */
export type SizeOf = (path: readonly string[]) => Estimate | undefined;

const LIST = fixed(10n);
const MAP = fixed(30n);
const STRUCT = fixed(40n);
const ACCUMULATOR = '__result__';

export const estimateCost = (expr: Expr, sizeOf: SizeOf): Estimate => new Estimator(sizeOf).cost(expr);

/** Of what a list or map holds. */
interface Entries {
  readonly kind: 'list' | 'map';
  readonly key: Estimate;
  readonly value: Estimate;
}

interface Local {
  readonly path: readonly string[];
  readonly size: Estimate | undefined;
  readonly entries: Entries | undefined;
}

class Estimator {
  readonly #sizeOf: SizeOf;
  readonly #paths = new Map<Expr, readonly string[]>();
  readonly #sizes = new Map<Expr, Estimate>();
  readonly #entries = new Map<Expr, Entries>();
  readonly #locals = new Map<string, Local[]>();

  constructor(sizeOf: SizeOf) {
    this.#sizeOf = sizeOf;
  }

  cost(e: Expr): Estimate {
    switch (e.kind) {
      case 'literal':
        return NOTHING;
      case 'ident':
        return this.#name(e, e.name);
      case 'select':
        return this.#select(e);
      case 'call':
        return this.#call(e);
      case 'list':
        return this.#list(e);
      case 'map':
        return this.#map(e);
      case 'struct':
        return add(STRUCT, ...e.fields.map(({ value }) => this.cost(value)));
      case 'fold':
        return isBinding(e) ? this.#bind(e) : this.#fold(e);
    }
  }

  #name(e: Expr, name: string): Estimate {
    this.#paths.set(e, this.#local(name)?.path ?? [name]);
    return ONE;
  }

  #local(name: string): Local | undefined {
    return this.#locals.get(name)?.at(-1);
  }

  #select(e: SelectExpr): Estimate {
    if (e.isName) return this.#name(e, qualified(e));
    const operand = this.cost(e.operand);
    if (e.isTest) return operand;
    if (e.isOptional) {
      this.#remember(e, this.#size(e));
      return add(operand, ONE);
    }
    this.#paths.set(e, [...this.#path(e.operand), e.field]);
    return selects(e.operand.type ?? DYN) ? add(operand, ONE) : operand;
  }

  #call(e: CallExpr): Estimate {
    const [first] = e.args;
    if (e.function === 'dyn' && first) return this.#dyn(e, first);
    const costs = e.args.map((arg) => this.cost(arg));
    const args = e.args.map((arg) => this.#argument(arg));
    const isMember = e.target && e.overloads?.[0]?.isMember === true;
    const target = isMember && e.target ? { cost: this.cost(e.target), argument: this.#argument(e.target) } : undefined;
    const name = isMember || !e.target ? e.function.replace(/^\./, '') : `${qualified(e.target)}.${e.function}`.replace(/^\./, '');
    let cost: Estimate = { min: MOST, max: 0n };
    let size: Estimate | undefined;
    for (const overload of e.overloads ?? []) {
      const found = this.#special(e, name, costs) ?? withArguments(estimateCall(name, { overload, target: target?.argument, args }), costs);
      cost = union(cost, found.cost);
      if (found.size) size = size ? union(size, found.size) : found.size;
      if (name === '_[_]' && first && (overload.args[0]?.kind === 'list' || overload.args[0]?.kind === 'map')) {
        size = this.#entriesOf(first)?.value;
        this.#paths.set(e, [...this.#path(first), overload.args[0].kind === 'list' ? '@items' : '@values']);
      }
      if (name === '_+_') this.#added(e, overload.args[0]);
      size ??= this.#size(e);
    }
    if (!e.overloads) cost = NOTHING;
    this.#remember(e, size);
    return target ? add(target.cost, cost) : cost;
  }

  #dyn(e: CallExpr, arg: Expr): Estimate {
    const cost = add(ONE, this.cost(arg));
    this.#copy(e, arg);
    return cost;
  }

  /** Of what does not always evaluate all its arguments. */
  #special(e: CallExpr, name: string, [a = NOTHING, b = NOTHING, c = NOTHING]: readonly Estimate[]): CallEstimate | undefined {
    if (name === '_&&_' || name === '_||_') return { cost: { min: a.min, max: add(a, b).max } };
    const [, yes, no] = e.args;
    if (name !== '_?_:_' || !yes || !no) return undefined;
    this.#rememberEntries(e, unionOf(this.#entriesOf(yes), this.#entriesOf(no)));
    return { cost: add(a, union(b, c)), size: union(this.#sizeOrUnknown(yes), this.#sizeOrUnknown(no)) };
  }

  #added(e: CallExpr, type: CelType | undefined): void {
    const [a, b] = e.args;
    if (a && b && (type?.kind === 'list' || type?.name === 'string' || type?.name === 'bytes')) this.#rememberEntries(e, unionOf(this.#entriesOf(a), this.#entriesOf(b)));
  }

  #list(e: ListExpr): Estimate {
    const costs = e.elements.map(({ value }) => this.cost(value));
    this.#rememberEntries(e, { kind: 'list', key: ONE, value: this.#together(e.elements.map(({ value }) => value)) });
    return add(...costs, LIST);
  }

  #map(e: MapExpr): Estimate {
    const costs = e.entries.flatMap(({ key, value }) => [this.cost(key), this.cost(value)]);
    this.#rememberEntries(e, { kind: 'map', key: this.#together(e.entries.map(({ key }) => key)), value: this.#together(e.entries.map(({ value }) => value)) });
    return add(...costs, MAP);
  }

  #together(all: readonly Expr[]): Estimate {
    return all.length === 0 ? NOTHING : all.reduce<Estimate>((sum, e) => union(sum, this.#sizeOrUnknown(e)), { min: MOST, max: 0n });
  }

  #fold(e: FoldExpr): Estimate {
    const before = add(this.cost(e.range), this.cost(e.init));
    this.#push(e.accumulator, this.#localOf(e.init));
    for (const [name, local] of this.#variables(e)) this.#push(name, local);
    const each = add(this.cost(e.condition), this.cost(e.step));
    for (const name of e.variables) this.#locals.get(name)?.pop();
    const after = this.cost(e.result);
    this.#locals.get(e.accumulator)?.pop();
    const count = this.#sizeOrUnknown(e.range);
    if (e.init.kind === 'literal') this.#remember(e, this.#size(e.init));
    if (e.init.kind === 'list' || e.init.kind === 'map') {
      this.#remember(e, count);
      this.#rememberEntries(e, this.#entriesOf(e.step));
    }
    return add(before, after, multiply(count, each));
  }

  #variables({ range, variables: [first = '', second] }: FoldExpr): readonly (readonly [string, Local])[] {
    const entries = this.#entriesOf(range);
    const isList = entries ? entries.kind === 'list' : range.type?.kind === 'list';
    const path = this.#path(range);
    const value: Local = { path: [...path, isList ? '@items' : '@values'], size: entries?.value, entries: undefined };
    const key: Local = { path: [...path, isList ? '@indices' : '@keys'], size: entries?.key, entries: undefined };
    if (second === undefined) return [[first, isList ? value : key]];
    return [[first, key], [second, value]];
  }

  #bind(e: FoldExpr): Estimate {
    const before = add(this.cost(e.range), this.cost(e.init));
    this.#push(e.accumulator, this.#localOf(e.init));
    const after = this.cost(e.result);
    this.#locals.get(e.accumulator)?.pop();
    this.#copy(e, e.result);
    return add(before, after);
  }

  #localOf(e: Expr): Local {
    return { path: this.#path(e), entries: this.#entriesOf(e), size: this.#size(e) };
  }

  #push(name: string, local: Local): void {
    this.#locals.set(name, [...(this.#locals.get(name) ?? []), local]);
  }

  #path(e: Expr): readonly string[] {
    const local = e.kind === 'ident' ? this.#local(e.name) : undefined;
    return local?.path ?? this.#paths.get(e) ?? [];
  }

  #remember(e: Expr, size: Estimate | undefined): void {
    if (size) this.#sizes.set(e, size);
  }

  #rememberEntries(e: Expr, entries: Entries | undefined): void {
    if (entries) this.#entries.set(e, entries);
  }

  #copy(to: Expr, from: Expr): void {
    this.#remember(to, this.#size(from));
    this.#rememberEntries(to, this.#entriesOf(from));
  }

  #entriesOf(e: Expr): Entries | undefined {
    return this.#entries.get(e) ?? (e.kind === 'ident' ? this.#local(e.name)?.entries : undefined);
  }

  #sizeOrUnknown(e: Expr): Estimate {
    return this.#size(e) ?? UNKNOWN;
  }

  #size(e: Expr): Estimate | undefined {
    const known = this.#sizes.get(e) ?? literalSize(e);
    if (known) return known;
    const path = this.#path(e);
    const found = path.length > 0 ? this.#sizeOf(path) : undefined;
    if (found) this.#sizes.set(e, found);
    return found ?? (isScalar(e.type ?? DYN) ? ONE : e.kind === 'ident' ? this.#local(e.name)?.size : undefined);
  }

  #argument(e: Expr): Argument {
    const path = this.#path(e);
    const [element] = e.type?.params ?? [];
    const elements = element && { type: element, size: (path.length > 0 && path[0] !== ACCUMULATOR ? this.#sizeOf([...path, '@items']) : undefined) ?? UNKNOWN };
    return { expr: e, type: e.type ?? DYN, size: this.#sizeOrUnknown(e), elements };
  }
}

/** cel.bind() and the like: nothing is repeated. */
const isBinding = ({ range, condition, accumulator }: FoldExpr): boolean =>
  range.kind === 'list' && range.elements.length === 0 && condition.kind === 'literal' && condition.value === false && accumulator !== ACCUMULATOR;

const qualified = (e: Expr): string => (e.kind === 'ident' ? e.name : e.kind === 'select' ? `${qualified(e.operand)}.${e.field}` : '');
const withArguments = ({ cost, size }: CallEstimate, costs: readonly Estimate[]): CallEstimate => ({ cost: add(cost, ...costs), ...(size && { size }) });
const unionOf = (a: Entries | undefined, b: Entries | undefined): Entries | undefined => a && b && { kind: a.kind, key: union(a.key, b.key), value: union(a.value, b.value) };

/** Whether selecting costs something: of what is not known at all it does not. */
const selects = (type: CelType): boolean => type.kind === 'map' || type.kind === 'var' || (type.kind === 'object' && type !== TIMESTAMP && type !== DURATION);

function isScalar(type: CelType): boolean {
  if (type === TIMESTAMP || type === DURATION) return true;
  if (type.name === 'optional_type') return isScalar(type.params[0] ?? DYN);
  return type.kind === 'simple' && type.name !== 'string' && type.name !== 'bytes';
}

function literalSize(e: Expr): Estimate | undefined {
  if (e.kind === 'list') return fixed(BigInt(e.elements.length));
  if (e.kind === 'map') return fixed(BigInt(e.entries.length));
  if (e.kind !== 'literal') return undefined;
  if (typeof e.value === 'string') return fixed(BigInt(runes(e.value)));
  return e.value instanceof Uint8Array ? fixed(BigInt(e.value.length)) : ONE;
}
