/**
 * Evaluates a checked expression (./compile.ts): its tree becomes closures, once; each evaluation has its own state and a limit of cost. Functions stand in ./library.
 * Behaves like upstream cel-go/interpreter (planner.go, interpretable.go, decorators.go with OptOptimize and OptTrackCost).
 */
import { goType, Selection, Choice, type Attribute } from './attributes.ts';
import { TYPE_NAMES } from './checker.ts';
import { PanicProblem } from './cost.ts';
import { planCall } from './invocation.ts';
import { implementationOf } from './library/index.ts';
import { messageName } from './parser.ts';
import { constant, settled, stepOf, type Node } from './node.ts';
import { CostExceeded, spend, type Activation, type State, type Step } from './state.ts';
import type { CallExpr, Expr, FoldExpr, ListExpr, MapExpr, SelectExpr } from './syntax.ts';
import { EntryMap, Failure, isFailure, isList, isMapValue, MutableList, MutableMap, Optional, TypeValue, Uint, type MapValue, type Result, type Value } from './values.ts';

export type { Activation } from './state.ts';

export interface Evaluation {
  readonly value: Result;
  readonly cost: number;
}

export interface Program {
  /** Why nothing will come of it, found beforehand: a constant that does not convert, a pattern that is none. */
  readonly error?: string;
  /** Never throws but what functions of the activation throw. Above `limit` the value is a Failure, as it is for texts that are too long to be made. */
  evaluate(activation: Activation, limit: number): Evaluation;
}

/** Names of loops and where their values stand. */
type Scope = ReadonlyMap<string, Step>;

/** `expr`: checked; `names`: those that the activation will have. */
export function newProgram(expr: Expr, names: ReadonlySet<string>): Program {
  const planner = new Planner(names);
  const step = stepOf(planner.plan(expr, new Map()));
  const { problem } = planner;
  if (problem) return { error: problem.message, evaluate: () => ({ value: problem, cost: 0 }) };
  return { evaluate: (activation, limit) => evaluate(step, { activation, slots: [], cost: 0, limit }) };
}

function evaluate(step: Step, state: State): Evaluation {
  try {
    return { value: step(state), cost: state.cost };
  } catch (error) {
    if (error instanceof CostExceeded || error instanceof PanicProblem) return { value: new Failure(error.message), cost: state.cost };
    if (!(error instanceof RangeError)) throw error;
    return { value: new Failure(`internal error: ${error.message}`), cost: state.cost };
  }
}

class Planner {
  problem: Failure | undefined;
  readonly #names: ReadonlySet<string>;
  #slots = 0;

  constructor(names: ReadonlySet<string>) {
    this.#names = names;
  }

  plan(e: Expr, scope: Scope): Node {
    switch (e.kind) {
      case 'literal':
        return constant(e.of === 'uint' && typeof e.value === 'bigint' ? new Uint(e.value) : e.value);
      case 'ident':
        return this.#name(e.name, scope) ?? { step: () => new Failure(`no such attribute(s): ${e.name}`) };
      case 'select':
        return this.#select(e, scope);
      case 'call':
        return this.#call(e, scope);
      case 'list':
        return settled(this.#list(e, scope));
      case 'map':
        return settled(this.#map(e, scope));
      case 'struct':
        return { step: () => new Failure(`unknown type: '${e.name}'`) };
      case 'fold':
        return { step: this.#fold(e, scope) };
    }
  }

  /** undefined: nothing has this name. */
  #name(name: string, scope: Scope): Node | undefined {
    const plain = name.replace(/^\./, '');
    const local = name === plain ? scope.get(plain) : undefined;
    if (local) return { attribute: new Selection(local) };
    if (this.#names.has(plain)) return { attribute: new Selection((state) => variable(state.activation, plain)) };
    return TYPE_NAMES.has(plain) ? constant(new TypeValue(plain)) : undefined;
  }

  #select(e: SelectExpr, scope: Scope): Node {
    const whole = e.isTest || e.isOptional ? undefined : messageName(e);
    const qualified = whole === undefined ? undefined : this.#name(whole, scope);
    if (qualified) return qualified;
    const attribute = attributeOf(this.plan(e.operand, scope));
    attribute.add({ key: e.field, isOptional: e.isOptional, isTest: e.isTest });
    return e.isTest ? { attribute, step: tested(attribute), isTest: true } : { attribute };
  }

  #index(operand: Node, index: Node, isOptional: boolean): Node {
    const attribute = attributeOf(operand);
    const key = index.value !== undefined ? index.value : index.attribute ? keyStep(index.attribute) : stepOf(index);
    attribute.add({ key, isOptional, isTest: false });
    return { attribute };
  }

  #call(e: CallExpr, scope: Scope): Node {
    const prefix = e.target && messageName(e.target);
    const qualified = prefix === undefined ? undefined : `${prefix.replace(/^\./, '')}.${e.function}`;
    const isQualified = qualified !== undefined && implementationOf(qualified) !== undefined;
    const name = isQualified ? qualified : e.function.replace(/^\./, '');
    const args = [...(e.target && !isQualified ? [e.target] : []), ...e.args].map((arg) => this.plan(arg, scope));
    const [a, b, c] = args;
    if (name === '_?_:_' && a && b && c) return { attribute: new Choice(stepOf(a), branch(b), branch(c)) };
    if (name === '_[_]' && a && b) return this.#index(a, b, false);
    if (name === '_[?_]' && a && b) return this.#index(a, b, true);
    const planned = planCall(name, e.overloads?.length === 1 ? e.overloads[0] : undefined, args);
    if (!(planned instanceof Failure)) return planned;
    this.problem ??= planned;
    return { step: () => planned };
  }

  #list(e: ListExpr, scope: Scope): { readonly build: Step; readonly parts: readonly Node[]; readonly cost: number } {
    const elements = e.elements.map(({ value, isOptional }) => ({ node: this.plan(value, scope), isOptional }));
    const steps = elements.map(({ node, isOptional }) => ({ step: stepOf(node), isOptional }));
    const build: Step = (state) => {
      const out: Value[] = [];
      for (const { step, isOptional } of steps) {
        const value = step(state);
        const held = isOptional ? unwrapped(value, (v) => `cannot initialize optional list element from non-optional value ${shown(v)}`) : value;
        if (held instanceof Failure) return held;
        if (held !== undefined) out.push(held);
      }
      return out;
    };
    return { build, parts: elements.map(({ node }) => node), cost: 10 };
  }

  #map(e: MapExpr, scope: Scope): { readonly build: Step; readonly parts: readonly Node[]; readonly cost: number } {
    const entries = e.entries.map(({ key, value, isOptional }) => ({ key: this.plan(key, scope), value: this.plan(value, scope), isOptional }));
    const steps = entries.map(({ key, value, isOptional }) => ({ key: stepOf(key), step: stepOf(value), isOptional }));
    const build: Step = (state) => {
      const out: (readonly [Value, Value])[] = [];
      for (const { key, step, isOptional } of steps) {
        const name = key(state);
        if (isFailure(name)) return name;
        const value = step(state);
        const held = isOptional ? unwrapped(value, (v) => `cannot initialize optional entry '${shown(name)}' from non-optional value ${shown(v)}`) : value;
        if (held instanceof Failure) return held;
        if (held !== undefined) out.push([name, held]);
      }
      return new EntryMap(out);
    };
    return { build, parts: entries.flatMap(({ key, value }) => [key, value]), cost: 30 };
  }

  /** What it begins with is found when it is asked for. */
  #fold(e: FoldExpr, scope: Scope): Step {
    const slot = this.#slots++;
    const slots = e.variables.map(() => this.#slots++);
    const [range, init] = [stepOf(this.plan(e.range, scope)), stepOf(this.plan(e.init, scope))];
    const accumulated: Step = (state) => {
      const known = state.slots[slot];
      if (known !== undefined) return known;
      const initial = mutable(init(state));
      state.slots[slot] = initial;
      return initial;
    };
    const outer = new Map(scope).set(e.accumulator, accumulated);
    const inner = new Map([...outer, ...e.variables.map((name, i) => [name, (state: State): Result => state.slots[slots[i] ?? 0] ?? null] as const)]);
    const [condition, step, result] = [stepOf(this.plan(e.condition, inner)), stepOf(this.plan(e.step, inner)), stepOf(this.plan(e.result, outer))];
    return (state) => {
      const given = range(state);
      if (isFailure(given)) return given;
      if (!isList(given) && !isMapValue(given)) return new Failure(slots.length === 1 ? `got '${goType(given)}', expected iterable type` : `unsupported comprehension range type: ${goType(given)}`);
      state.slots[slot] = undefined;
      for (const values of rounds(given, slots.length)) {
        for (const [i, at] of slots.entries()) state.slots[at] = values[i] ?? null;
        const goesOn = condition(state);
        if (goesOn === false) break;
        state.slots[slot] = step(state);
      }
      return immutable(result(state));
    };
  }
}

/** A list or map that grows in place while its loop runs. */
const mutable = (v: Result): Result => (isList(v) && v.length === 0 ? new MutableList() : isMapValue(v) && v.size === 0 ? new MutableMap() : v);
const immutable = (v: Result): Result => (v instanceof MutableList ? [...v] : v instanceof MutableMap ? v.toEntryMap() : v);

function* rounds(range: readonly Value[] | MapValue, variables: number): Generator<readonly Result[]> {
  if (isList(range)) for (const [i, value] of range.entries()) yield variables === 1 ? [value] : [BigInt(i), value];
  else for (const key of range.keys()) yield variables === 1 ? [key] : [key, range.get(key) ?? null];
}

function variable(activation: Activation, name: string): Result {
  const value = activation.get(name);
  if (value === undefined) return new Failure(`no such attribute(s): ${name}`);
  return typeof value === 'function' ? value() : value;
}

/** That of which more can be selected. */
function attributeOf(node: Node): Attribute {
  if (node.attribute && !node.isTest) return node.attribute;
  return new Selection(stepOf(node));
}

/** Of an index: its own cost is left out. */
const keyStep = (attribute: Attribute): Step => (state) => attribute.resolve(state);

/** Its own cost is left out: that is the ternary's, which has none. */
const branch = (node: Node): Attribute => node.attribute ?? new Selection(stepOf(node));

/** has(): no cost but that of the selections. */
function tested(attribute: Attribute): Step {
  return (state) => {
    const value = attribute.resolve(state);
    spend(state, attribute.cost - 1);
    return value instanceof Optional ? value.value !== undefined : value;
  };
}

/** What an element marked `?` holds. */
function unwrapped(value: Result, refusal: (value: Value) => string): Result | undefined {
  if (isFailure(value)) return value;
  return value instanceof Optional ? value.value : new Failure(refusal(value));
}

const shown = (v: Value): string => (v instanceof Uint ? String(v.value) : String(v));
