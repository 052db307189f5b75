/** Calls of functions, as part of a plan (./program.ts): constants are converted beforehand, arguments that fail make the call fail. Behaves like upstream cel-go/interpreter (planCall, decOptimize, decRegexOptimizer). */
import { callCost, costAhead } from './cost.ts';
import { FUNCTIONS } from './functions.ts';
import { implementationOf } from './library/index.ts';
import { patternProblem } from './library/patterns.ts';
import { constant, nothing, stepOf, type Node } from './node.ts';
import type { Overload } from './signatures.ts';
import { spend, type Step } from './state.ts';
import type { CelType } from './types.ts';
import { Failure, isFailure, isList, isMapValue, keyOf, NO_OVERLOAD, Optional, typeName, Uint, type Result, type Value } from './values.ts';

const CONVERSIONS: ReadonlySet<string> = new Set(['bool', 'bytes', 'double', 'duration', 'dyn', 'int', 'string', 'timestamp', 'type', 'uint']);
const MATCHERS: ReadonlySet<string> = new Set(['matches', 'find', 'findAll']);

/** A Failure: nothing will come of the whole expression. */
export function planCall(name: string, overload: Overload | undefined, args: readonly Node[]): Node | Failure {
  const steps = args.map(stepOf);
  const [a, b] = steps;
  if (name === '_&&_') return { step: junction(steps, false) };
  if (name === '_||_') return { step: junction(steps, true) };
  if ((name === 'or' || name === 'orValue') && a && b) return { step: alternative(a, b, name === 'or') };
  if (name === '@not_strictly_false' && a) return { step: notFalse(a) };
  const members = name === '@in' && overload?.args[1]?.kind === 'list' ? membership(args) : undefined;
  if (members) return members;
  const [, pattern] = args;
  if (MATCHERS.has(name) && typeof pattern?.value === 'string') {
    const problem = patternProblem(pattern.value);
    if (problem !== undefined) return new Failure(problem);
  }
  const call = invocation(name, overload, steps, MATCHERS.has(name) && typeof pattern?.value === 'string');
  if (!CONVERSIONS.has(name) || args.length !== 1 || args[0]?.value === undefined) return { step: call };
  const known = call(nothing());
  return isFailure(known) ? known : constant(known);
}

/** && decided by false, || by true: whichever side says so, even when another fails. */
function junction(steps: readonly Step[], decisive: boolean): Step {
  return (state) => {
    let failure: Failure | undefined;
    for (const step of steps) {
      const value = step(state);
      if (value === decisive) return decisive;
      if (typeof value !== 'boolean') failure ??= isFailure(value) ? value : NO_OVERLOAD;
    }
    return failure ?? !decisive;
  };
}

/** What an optional holds, or else. Costs nothing. */
function alternative(first: Step, other: Step, keepsOptional: boolean): Step {
  return (state) => {
    const value = first(state);
    if (!(value instanceof Optional)) return value;
    if (value.value === undefined) return other(state);
    return keepsOptional ? value : value.value;
  };
}

function notFalse(step: Step): Step {
  return (state) => {
    const value = step(state);
    spend(state, 1);
    return value !== false;
  };
}

/** Whether a value is among constants: costs nothing. undefined: not all of them are plain. */
function membership([value, list]: readonly Node[]): Node | undefined {
  if (!value || !list || !isList(list.value)) return undefined;
  if (list.value.length === 0) return constant(false);
  if (!list.value.every((v) => typeof v !== 'object' || v instanceof Uint)) return undefined;
  const known = new Set(list.value.map((v) => memberKey(v)));
  const step = stepOf(value);
  return {
    step: (state) => {
      const wanted = step(state);
      return isFailure(wanted) ? wanted : known.has(memberKey(wanted));
    },
  };
}

const memberKey = (v: Value): unknown => keyOf(v) ?? (typeof v === 'number' && !Number.isNaN(v) ? v : Symbol());

/** Arguments are evaluated to the end when there are one or two of one meaning; else to the first that fails: then the call costs nothing. */
function invocation(name: string, overload: Overload | undefined, steps: readonly Step[], isPrepared: boolean): Step {
  const call = guarded(name, overload, isPrepared);
  const evaluatesAll = steps.length <= 2 && !isPrepared && (overload !== undefined || isOperator(name) || SINGLETONS.has(name));
  return (state) => {
    const args: Result[] = [];
    let failure: Failure | undefined;
    for (const step of steps) {
      const value = step(state);
      args.push(value);
      if (!isFailure(value)) continue;
      failure ??= value;
      if (!evaluatesAll) break;
    }
    const ahead = args.length === steps.length ? costAhead(name, overload, args, state.limit - state.cost) : 0;
    if (ahead !== undefined) spend(state, ahead);
    const result = failure ?? call(args as readonly Value[]);
    if (ahead === undefined) spend(state, callCost(name, overload, args, result));
    return result;
  };
}

/** Refuses arguments of other types than those that are declared; null is a result, too. */
function guarded(name: string, overload: Overload | undefined, isPrepared: boolean): (args: readonly Value[]) => Result {
  const implementation = implementationOf(name);
  const overloads = isOperator(name) || UNGUARDED.has(name) ? undefined : overload ? [overload] : (FUNCTIONS.get(name) ?? []);
  return (args) => {
    if (overloads && !overloads.some((o) => accepts(o, args))) return mismatch(name, args);
    const result = implementation?.(args);
    if (result !== undefined) return result;
    return isPrepared ? NO_OVERLOAD : mismatch(name, args);
  };
}

/** Of one meaning for all types. */
const SINGLETONS: ReadonlySet<string> = new Set(['sort', '@sortByAssociatedKeys', 'dyn', 'type']);
const UNGUARDED: ReadonlySet<string> = new Set([...SINGLETONS, 'flatten']);
const accepts = ({ args: types }: Overload, args: readonly Value[]): boolean => types.length === args.length && types.every((type, i) => isOf(type, args[i] ?? null));

/** Of a list or map: also the first of what it holds. */
function isOf(type: CelType, v: Result): boolean {
  if (isFailure(v)) return false;
  if (type.kind === 'dyn' || type.kind === 'var') return true;
  if (type.name !== typeName(v)) return false;
  const [first, second] = type.params;
  if (isList(v)) return v[0] === undefined || !first || isOf(first, v[0]);
  if (!isMapValue(v) || !first || !second) return true;
  const [key] = v.keys();
  return key === undefined || (isOf(first, key) && isOf(second, v.get(key) ?? null));
}

const RECEIVERS: ReadonlySet<string> = new Set(['string', 'google.protobuf.Duration', 'google.protobuf.Timestamp']);
const COMPARABLE = ['bool', 'bytes', 'double', 'int', 'uint'];
const TRAITS: Readonly<Record<string, readonly string[]>> = {
  '_+_': ['bytes', 'double', 'int', 'uint', 'list'],
  '_-_': ['double', 'int', 'uint'],
  '_*_': ['double', 'int', 'uint'],
  '_/_': ['double', 'int', 'uint'],
  '_%_': ['int', 'uint'],
  '-_': ['bool', 'double', 'int'],
  '_<_': COMPARABLE,
  '_<=_': COMPARABLE,
  '_>_': COMPARABLE,
  '_>=_': COMPARABLE,
  size: [],
  matches: [],
};
const PLAIN: ReadonlySet<string> = new Set(['!_', '@in', 'contains', 'startsWith', 'endsWith', '_==_', '_!=_']);
const isOperator = (name: string): boolean => name in TRAITS || PLAIN.has(name);

/** What is said of arguments that a function does not take. */
function mismatch(name: string, args: readonly Value[]): Failure {
  const [first = null] = args;
  const traits = TRAITS[name];
  if (PLAIN.has(name)) return NO_OVERLOAD;
  if (traits) return traits.includes(typeName(first)) || RECEIVERS.has(typeName(first)) ? NO_OVERLOAD : new Failure(`no such overload: ${name}`);
  return new Failure(`no such overload: ${name}(${args.map(typeName).join(', ')})`);
}
