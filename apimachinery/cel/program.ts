/**
 * Evaluates a checked expression (./compile.ts): its tree becomes closures, once; each evaluation has its own state and a limit of cost. Functions stand in ./library.
 * Behaves like upstream cel-go/interpreter (planner.go, interpretable.go, attributes.go).
 */
import { callCost, CostExceeded, type Meter } from './cost.ts';
import { implementationOf } from './library/index.ts';
import { fieldOf, indexOf, optionalField } from './member.ts';
import { messageName } from './parser.ts';
import type { CallExpr, Expr, FoldExpr, ListExpr, MapExpr, SelectExpr } from './syntax.ts';
import { EntryMap, Failure, isFailure, isList, isMapValue, NO_OVERLOAD, Optional, typeName, TypeValue, Uint, type Result, type Value } from './values.ts';

/** Variables by name: a value, or what finds it when it is asked for. */
export type Activation = ReadonlyMap<string, Result | (() => Result)>;

export interface Evaluation {
  readonly value: Result;
  readonly cost: number;
}

export interface Program {
  /** Never throws but what functions of the activation throw. Above `limit` the value is a Failure. */
  evaluate(activation: Activation, limit: number): Evaluation;
}

interface State extends Meter {
  readonly activation: Activation;
  /** Of the loops that run: their variables and results. */
  readonly slots: Result[];
}

type Step = (state: State) => Result;

/** Names of loops and where their values stand. */
type Scope = ReadonlyMap<string, number>;

const TYPE_NAMES: ReadonlySet<string> = new Set(['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type', 'type', 'optional_type', 'google.protobuf.Timestamp', 'google.protobuf.Duration']);

/** `names`: those that the activation will have. */
export function newProgram(expr: Expr, names: ReadonlySet<string>): Program {
  const step = new Planner(names).plan(expr, new Map());
  return {
    evaluate(activation, limit) {
      const state: State = { activation, slots: [], cost: 0, limit };
      try {
        return { value: step(state), cost: state.cost };
      } catch (error) {
        if (!(error instanceof CostExceeded)) throw error;
        return { value: new Failure(error.message), cost: state.cost };
      }
    },
  };
}

function spend(state: State, cost: number): void {
  state.cost += cost;
  if (state.cost > state.limit) throw new CostExceeded();
}

class Planner {
  readonly #names: ReadonlySet<string>;
  #slots = 0;

  constructor(names: ReadonlySet<string>) {
    this.#names = names;
  }

  plan(e: Expr, scope: Scope): Step {
    switch (e.kind) {
      case 'literal': {
        const value: Value = e.of === 'uint' && typeof e.value === 'bigint' ? new Uint(e.value) : e.value;
        return () => value;
      }
      case 'ident':
        return this.#name(e.name, scope) ?? (() => new Failure(`no such attribute(s): ${e.name}`));
      case 'select':
        return this.#select(e, scope);
      case 'call':
        return this.#call(e, scope);
      case 'list':
        return this.#list(e, scope);
      case 'map':
        return this.#map(e, scope);
      case 'struct':
        return () => new Failure(`unknown type: '${e.name}'`);
      case 'fold':
        return this.#fold(e, scope);
    }
  }

  /** undefined: nothing has this name. */
  #name(name: string, scope: Scope): Step | undefined {
    const plain = name.replace(/^\./, '');
    const slot = name === plain ? scope.get(plain) : undefined;
    if (slot !== undefined) return (state) => (spend(state, 1), state.slots[slot] ?? null);
    if (this.#names.has(plain)) return (state) => (spend(state, 1), variable(state.activation, plain));
    if (!TYPE_NAMES.has(plain)) return undefined;
    const type = new TypeValue(plain);
    return () => type;
  }

  #select(e: SelectExpr, scope: Scope): Step {
    const whole = e.isTest || e.isOptional ? undefined : messageName(e);
    const qualified = whole === undefined ? undefined : this.#name(whole, scope);
    if (qualified) return qualified;
    const operand = this.plan(e.operand, scope);
    const { field, isTest, isOptional } = e;
    return (state) => {
      const target = operand(state);
      if (isFailure(target)) return target;
      if (isTest) return hasField(target, field);
      spend(state, 1);
      return isOptional ? optionalField(target, field) : fieldOf(target, field);
    };
  }

  #call(e: CallExpr, scope: Scope): Step {
    const special = e.target ? undefined : this.#operator(e, scope);
    if (special) return special;
    const prefix = e.target && messageName(e.target);
    const qualified = prefix === undefined ? undefined : `${prefix.replace(/^\./, '')}.${e.function}`;
    const isQualified = qualified !== undefined && implementationOf(qualified) !== undefined;
    if (e.target && !isQualified && (e.function === 'or' || e.function === 'orValue')) return this.#alternative(e, e.target, scope);
    const name = isQualified ? qualified : e.function.replace(/^\./, '');
    return invocation(name, [...(e.target && !isQualified ? [e.target] : []), ...e.args].map((a) => this.plan(a, scope)));
  }

  /** Those whose arguments are not all evaluated, or may fail. */
  #operator({ function: name, args }: CallExpr, scope: Scope): Step | undefined {
    const [a, b, c] = args.map((arg) => this.plan(arg, scope));
    if (!a) return undefined;
    if (name === '_&&_' && b) return junction(a, b, false);
    if (name === '_||_' && b) return junction(a, b, true);
    if (name === '_?_:_' && b && c) return conditional(a, b, c);
    if (name === '@not_strictly_false') return (state) => (spend(state, 1), a(state) !== false);
    return undefined;
  }

  /** What an optional holds, or else. */
  #alternative(e: CallExpr, target: Expr, scope: Scope): Step {
    const [first, other] = [this.plan(target, scope), e.args[0] && this.plan(e.args[0], scope)];
    return (state) => {
      const value = first(state);
      if (isFailure(value)) return value;
      if (!(value instanceof Optional) || !other) return NO_OVERLOAD;
      spend(state, 1);
      if (value.value === undefined) return other(state);
      return e.function === 'or' ? value : value.value;
    };
  }

  #list(e: ListExpr, scope: Scope): Step {
    const elements = e.elements.map(({ value, isOptional }) => ({ step: this.plan(value, scope), isOptional }));
    return (state) => {
      const out: Value[] = [];
      for (const { step, isOptional } of elements) {
        const value = step(state);
        if (isFailure(value)) return value;
        const held = isOptional ? unwrapped(value) : value;
        if (held instanceof Failure) return held;
        if (held !== undefined) out.push(held);
      }
      spend(state, 10);
      return out;
    };
  }

  #map(e: MapExpr, scope: Scope): Step {
    const entries = e.entries.map(({ key, value, isOptional }) => ({ key: this.plan(key, scope), step: this.plan(value, scope), isOptional }));
    return (state) => {
      const out: (readonly [Value, Value])[] = [];
      for (const { key, step, isOptional } of entries) {
        const [name, value] = [key(state), step(state)];
        if (isFailure(name)) return name;
        if (isFailure(value)) return value;
        const held = isOptional ? unwrapped(value) : value;
        if (held instanceof Failure) return held;
        if (held !== undefined) out.push([name, held]);
      }
      spend(state, 30);
      return new EntryMap(out);
    };
  }

  #fold(e: FoldExpr, scope: Scope): Step {
    const accumulator = this.#slots++;
    const slots = e.variables.map(() => this.#slots++);
    const outer = new Map(scope).set(e.accumulator, accumulator);
    const inner = new Map([...outer, ...e.variables.map((name, i) => [name, slots[i] ?? 0] as const)]);
    const [range, init] = [this.plan(e.range, scope), this.plan(e.init, scope)];
    const [condition, step, result] = [this.plan(e.condition, inner), this.plan(e.step, inner), this.plan(e.result, outer)];
    return (state) => {
      const given = range(state);
      if (isFailure(given)) return given;
      if (!isList(given) && !isMapValue(given)) return new Failure(`got '${goType(given)}', expected iterable type`);
      state.slots[accumulator] = init(state);
      for (const values of rounds(given, slots.length)) {
        for (const [i, slot] of slots.entries()) state.slots[slot] = values[i] ?? null;
        if (condition(state) !== true) break;
        state.slots[accumulator] = step(state);
      }
      return result(state);
    };
  }
}

function* rounds(range: readonly Value[] | (Value & { keys(): readonly Value[]; get(key: Value): Result | undefined }), variables: number): Generator<readonly Result[]> {
  if (isList(range)) for (const [i, value] of range.entries()) yield variables === 1 ? [value] : [BigInt(i), value];
  else for (const key of range.keys()) yield variables === 1 ? [key] : [key, range.get(key) ?? null];
}

function variable(activation: Activation, name: string): Result {
  const value = activation.get(name);
  if (value === undefined) return new Failure(`no such attribute(s): ${name}`);
  return typeof value === 'function' ? value() : value;
}

function hasField(target: Value, field: string): Result {
  const inner = target instanceof Optional ? target.value : target;
  if (!isMapValue(inner)) return false;
  const value = inner.get(field);
  return value instanceof Failure ? value : value !== undefined;
}

/** What an element marked `?` holds. */
function unwrapped(value: Value): Result | undefined {
  return value instanceof Optional ? value.value : new Failure(`cannot initialize optional list element from non-optional value ${String(value)}`);
}

/** && decided by false, || by true: whichever side says so, even when the other fails. */
function junction(a: Step, b: Step, decisive: boolean): Step {
  return (state) => {
    const left = a(state);
    if (left === decisive) return decisive;
    const right = b(state);
    if (right === decisive) return decisive;
    if (isFailure(left)) return left;
    if (isFailure(right)) return right;
    return typeof left === 'boolean' && typeof right === 'boolean' ? !decisive : NO_OVERLOAD;
  };
}

function conditional(condition: Step, yes: Step, no: Step): Step {
  return (state) => {
    const decided = condition(state);
    if (isFailure(decided)) return decided;
    if (typeof decided !== 'boolean') return NO_OVERLOAD;
    return decided ? yes(state) : no(state);
  };
}

function invocation(name: string, steps: readonly Step[]): Step {
  const implementation = name === '_[_]' ? index : implementationOf(name);
  return (state) => {
    const args: Value[] = [];
    for (const step of steps) {
      const value = step(state);
      if (isFailure(value)) return value;
      args.push(value);
    }
    const result = implementation?.(args) ?? NO_OVERLOAD;
    spend(state, callCost(name, args, result));
    return result === NO_OVERLOAD && !/^[_!@-]/.test(name) ? new Failure(`no such overload: ${name}(${args.map(typeName).join(', ')})`) : result;
  };
}

const index = ([target = null, key = null]: readonly Value[]): Result => indexOf(target, key);

function goType(v: Value): string {
  const name = typeName(v);
  if (name === 'null_type') return 'types.Null';
  const short = name.replace('google.protobuf.', '').replace('optional_type', 'Optional');
  return `${short === 'Optional' ? '*' : ''}types.${short.slice(0, 1).toUpperCase()}${short.slice(1)}`;
}
