/**
 * What expressions work on (./program.ts): null, booleans, strings and lists as JavaScript has them; int is a bigint, double a number, bytes a Uint8Array; the rest are the classes here.
 * JSON becomes values as it is read. Behaves like upstream cel-go/common/types.
 */

/** What an expression comes to when it has no value; its text is upstream's. */
export class Failure {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}

export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** Nanoseconds since 1970. */
export class Timestamp {
  readonly nanos: bigint;
  /** Minutes; of the zone in which it is written. */
  readonly offset: number;
  constructor(nanos: bigint, offset = 0) {
    this.nanos = nanos;
    this.offset = offset;
  }
}

export class Duration {
  readonly nanos: bigint;
  constructor(nanos: bigint) {
    this.nanos = nanos;
  }
}

export class Optional {
  /** undefined: none. */
  readonly value: Value | undefined;
  constructor(value?: Value) {
    this.value = value;
  }
}
export const NONE = new Optional();

export class TypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A value of a library's own type: its methods are functions of the library. */
export abstract class Opaque {
  abstract readonly typeName: string;
  abstract equals(other: Opaque): boolean;
  /** Whether there is no answer to `x == this`. */
  get isIncomparable(): boolean {
    return false;
  }
  /** What costs are reckoned by. */
  get size(): number {
    return 1;
  }
}

export interface MapValue {
  readonly isMap: true;
  /** Of a schema. Whether it is equal to what is no map is not to be known. */
  readonly isTyped?: boolean;
  readonly size: number;
  /** undefined: there is no such key. */
  get(key: Value): Value | Failure | undefined;
  keys(): readonly Value[];
}

export type Value = null | boolean | bigint | number | string | Uint | Uint8Array | Timestamp | Duration | Optional | TypeValue | Opaque | MapValue | readonly Value[];
export type Result = Value | Failure;

export const NO_OVERLOAD = new Failure('no such overload');
export const isFailure = (v: Result): v is Failure => v instanceof Failure;
export const isMapValue = (v: unknown): v is MapValue => typeof v === 'object' && v !== null && 'isMap' in v;
export const isList = (v: unknown): v is readonly Value[] => Array.isArray(v);

/** A JSON value as an expression sees it. */
export function fromJson(raw: unknown): Value {
  if (typeof raw === 'number') return Number.isInteger(raw) ? BigInt(raw) : raw;
  if (raw === undefined) return null;
  if (typeof raw !== 'object' || raw === null) return raw as Value;
  if (Array.isArray(raw)) return raw.map(fromJson);
  if (isOwn(raw)) return raw;
  return 'toJSON' in raw && typeof raw.toJSON === 'function' ? fromJson((raw.toJSON as () => unknown)()) : new JsonMap(raw as Readonly<Record<string, unknown>>);
}

function isOwn(raw: object): raw is Value & object {
  return raw instanceof Opaque || raw instanceof Uint || raw instanceof Uint8Array || raw instanceof Timestamp || raw instanceof Duration || raw instanceof Optional || raw instanceof TypeValue || isMapValue(raw);
}

/** An object of JSON. */
class JsonMap implements MapValue {
  readonly isMap = true;
  readonly #raw: Readonly<Record<string, unknown>>;
  readonly #read = new Map<string, Value>();

  constructor(raw: Readonly<Record<string, unknown>>) {
    this.#raw = raw;
  }

  get size(): number {
    return this.#names().length;
  }

  get(key: Value): Value | undefined {
    if (typeof key !== 'string' || !Object.hasOwn(this.#raw, key) || this.#raw[key] === undefined) return undefined;
    const known = this.#read.get(key);
    if (known !== undefined) return known;
    const value = fromJson(this.#raw[key]);
    this.#read.set(key, value);
    return value;
  }

  keys(): readonly Value[] {
    return this.#names();
  }

  #names(): readonly string[] {
    return Object.keys(this.#raw).filter((name) => this.#raw[name] !== undefined);
  }
}

/** What an expression made. */
export class EntryMap implements MapValue {
  readonly isMap = true;
  readonly #entries: ReadonlyMap<string, readonly [Value, Value]>;

  constructor(entries: Iterable<readonly [Value, Value]>) {
    this.#entries = new Map([...entries].map((entry) => [keyOf(entry[0]) ?? '', entry]));
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(keyOf(key) ?? '')?.[1];
  }

  keys(): readonly Value[] {
    return [...this.#entries.values()].map(([key]) => key);
  }
}

/** Grows in place while its loop runs; becomes a list when that ends. */
export class MutableList extends Array<Value> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }
}

/** Grows in place while its loop runs; becomes a map when that ends. */
export class MutableMap implements MapValue {
  readonly isMap = true;
  readonly #entries = new Map<string, readonly [Value, Value]>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(keyOf(key) ?? '')?.[1];
  }

  set(key: Value, value: Value): void {
    this.#entries.set(keyOf(key) ?? '', [key, value]);
  }

  keys(): readonly Value[] {
    return [...this.#entries.values()].map(([key]) => key);
  }

  toEntryMap(): EntryMap {
    return new EntryMap(this.#entries.values());
  }
}

/** Members that are found out when they are asked for, once: the variables of a policy. */
export class LazyMap implements MapValue {
  readonly isMap = true;
  readonly #members: ReadonlyMap<string, () => Result>;
  readonly #known = new Map<string, Result>();

  constructor(members: ReadonlyMap<string, () => Result>) {
    this.#members = members;
  }

  get size(): number {
    return this.#members.size;
  }

  get(key: Value): Result | undefined {
    if (typeof key !== 'string') return undefined;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const value = this.#members.get(key)?.();
    if (value !== undefined) this.#known.set(key, value);
    return value;
  }

  keys(): readonly Value[] {
    return [...this.#members.keys()];
  }
}

/** Numbers of one size are one key. undefined: no key. */
export function keyOf(key: Value): string | undefined {
  if (typeof key === 'string') return `s${key}`;
  if (typeof key === 'boolean') return `b${key}`;
  if (typeof key === 'bigint') return `n${key}`;
  if (key instanceof Uint) return `n${key.value}`;
  return typeof key === 'number' && Number.isInteger(key) ? `n${BigInt(key)}` : undefined;
}

/** As type() and errors name it. */
export function typeName(v: Value): string {
  if (v === null) return 'null_type';
  const primitive = PRIMITIVES[typeof v];
  if (primitive !== undefined) return primitive;
  if (v instanceof Uint) return 'uint';
  if (v instanceof Uint8Array) return 'bytes';
  if (v instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (v instanceof Duration) return 'google.protobuf.Duration';
  if (v instanceof Optional) return 'optional_type';
  if (v instanceof TypeValue) return 'type';
  if (v instanceof Opaque) return v.typeName;
  return Array.isArray(v) ? 'list' : 'map';
}

const PRIMITIVES: Readonly<Record<string, string>> = { boolean: 'bool', bigint: 'int', number: 'double', string: 'string' };
