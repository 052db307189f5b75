/**
 * Names and values with what is selected of them: `object.spec.?x[i]`. Made by ./program.ts; each selection costs 1, so does the whole.
 * Behaves like upstream cel-go/interpreter/attributes.go with the observation of runtimecost.go.
 */
import { found, missing } from './member.ts';
import { spend, type State, type Step } from './state.ts';
import { Failure, isFailure, NONE, NO_OVERLOAD, Optional, Uint, type Result, type Value } from './values.ts';

export interface Qualifier {
  /** The key: a constant, or found out anew each time. */
  readonly key: Value | Step;
  /** May be absent: what comes of it is an optional. */
  readonly isOptional: boolean;
  /** Of has(): only whether it is there. */
  readonly isTest: boolean;
}

export interface Attribute {
  /** Without the cost of the whole. */
  resolve(state: State): Result;
  add(qualifier: Qualifier): void;
  /** What it costs besides its parts. */
  readonly cost: number;
}

/** What a name, or any expression, comes to, and what is selected of it. */
export class Selection implements Attribute {
  readonly cost = 1;
  readonly #base: Step;
  readonly #qualifiers: Qualifier[] = [];

  constructor(base: Step) {
    this.#base = base;
  }

  add(qualifier: Qualifier): void {
    this.#qualifiers.push(qualifier);
  }

  resolve(state: State): Result {
    const base = this.#base(state);
    if (isFailure(base) || this.#qualifiers.length === 0) return base;
    let isOptional = base instanceof Optional;
    let value: Value | undefined = base instanceof Optional ? base.value : base;
    if (value === undefined) return NONE;
    for (const qualifier of this.#qualifiers) {
      isOptional ||= qualifier.isOptional;
      const next: Result | undefined = isOptional ? qualifyIfPresent(state, value, qualifier) : qualify(state, value, qualifier);
      if (next === undefined) return NONE;
      if (isFailure(next)) return next;
      value = next;
    }
    return isOptional ? new Optional(value) : value;
  }
}

/** `condition ? a : b`, of which more may be selected: then it is of both. */
export class Choice implements Attribute {
  readonly cost = 0;
  readonly #condition: Step;
  readonly #yes: Attribute;
  readonly #no: Attribute;

  constructor(condition: Step, yes: Attribute, no: Attribute) {
    this.#condition = condition;
    this.#yes = yes;
    this.#no = no;
  }

  add(qualifier: Qualifier): void {
    this.#yes.add(qualifier);
    this.#no.add(qualifier);
  }

  resolve(state: State): Result {
    const decided = this.#condition(state);
    if (isFailure(decided)) return decided;
    if (typeof decided !== 'boolean') return NO_OVERLOAD;
    return (decided ? this.#yes : this.#no).resolve(state);
  }
}

const keyOf = (state: State, key: Value | Step): Result => (typeof key === 'function' ? key(state) : key);

/** What may be a key: other values are refused before anything is looked for. */
const isKey = (v: Value): boolean => typeof v === 'string' || typeof v === 'bigint' || typeof v === 'number' || typeof v === 'boolean' || v instanceof Uint;

function lookUp(state: State, value: Value, { key }: Qualifier): { readonly key: Value; readonly member: Result | undefined } | Failure {
  const name = keyOf(state, key);
  if (isFailure(name)) return name;
  if (!isKey(name)) return new Failure(`invalid qualifier type: ${goType(name)}`);
  return { key: name, member: found(value, name) };
}

function qualify(state: State, value: Value, qualifier: Qualifier): Result {
  const looked = lookUp(state, value, qualifier);
  spend(state, 1);
  if (looked instanceof Failure) return looked;
  const { key, member } = looked;
  if (member !== undefined && isFailure(member)) return member;
  if (qualifier.isTest) return member !== undefined;
  return member === undefined ? missing(value, key) : member;
}

/** undefined: it is not there. */
function qualifyIfPresent(state: State, value: Value, qualifier: Qualifier): Result | undefined {
  const looked = lookUp(state, value, qualifier);
  if (looked instanceof Failure) return looked;
  if (looked.member !== undefined && !isFailure(looked.member)) spend(state, 1);
  return looked.member;
}

/** As Go names the type of a value. */
export function goType(v: Value): string {
  if (v === null) return 'types.Null';
  if (v instanceof Optional) return '*types.Optional';
  if (typeof v === 'object' && !Array.isArray(v) && 'isMap' in v) return '*types.baseMap';
  if (Array.isArray(v)) return '*types.baseList';
  const names: Readonly<Record<string, string>> = { boolean: 'types.Bool', bigint: 'types.Int', number: 'types.Double', string: 'types.String' };
  return names[typeof v] ?? (v instanceof Uint8Array ? 'types.Bytes' : `types.${v.constructor.name.replace(/Value$/, '')}`);
}
