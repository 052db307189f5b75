/** JSON values as expressions see them through a schema: texts that are times, lists that are sets, names that are escaped. Behaves like upstream apiserver/pkg/cel/common/valuesunstructured.go. */
import { jsonEqual } from '../equality.ts';
import { escapeName, unescapeName } from './escaping.ts';
import { formattedText } from './schema-texts.ts';
import { schemaIn, withObjectMeta, type Schema } from './schema-types.ts';
import { KeyedList, SetList, TypedList } from './typed-lists.ts';
import { Failure, NO_OVERLOAD, Opaque, type MapValue, type Result, type Value } from './values.ts';

type Members = Readonly<Record<string, unknown>>;

const isMembers = (raw: unknown): raw is Members => typeof raw === 'object' && raw !== null && !Array.isArray(raw);
const goType = (raw: unknown): string => (raw === null ? '<nil>' : Array.isArray(raw) ? '[]interface {}' : isMembers(raw) ? 'map[string]interface {}' : typeof raw === 'boolean' ? 'bool' : typeof raw === 'number' ? (Number.isInteger(raw) ? 'int64' : 'float64') : typeof raw === 'bigint' ? 'int64' : 'string');
const wrong = (text: string): Failure => new Failure(`invalid data, ${text}`);

/** A Failure: the value is not of the schema. */
export function fromSchema(raw: unknown, schema: Schema): Result {
  if (raw === null || raw === undefined) return schema.nullable ? null : wrong('got null for schema with nullable=false');
  if (schema['x-kubernetes-int-or-string']) return typeof raw === 'string' ? raw : (integer(raw) ?? wrong('expected XIntOrString value to be either a string or integer'));
  switch (schema.type) {
    case 'object':
      return isMembers(raw) ? new SchemaMap(raw, schema['x-kubernetes-embedded-resource'] ? withObjectMeta(schema) : schema) : wrong('expected a map for the provided schema with type=object');
    case 'array':
      return Array.isArray(raw) ? list(raw, schema) : wrong('expected an array for the provided schema with type=array');
    case 'string':
      return typeof raw === 'string' ? formattedText(raw, schema.format) : wrong(`expected string, got ${goType(raw)}`);
    case 'number':
      return typeof raw === 'number' || typeof raw === 'bigint' ? Number(raw) : wrong(`expected float, got ${goType(raw)}`);
    case 'integer':
      return integer(raw) ?? wrong(`expected int, got ${goType(raw)}`);
    case 'boolean':
      return typeof raw === 'boolean' ? raw : wrong(`expected bool, got ${goType(raw)}`);
    default:
      return schema['x-kubernetes-preserve-unknown-fields'] ? new Preserved(raw) : new Failure(`invalid type, expected object, array, number, integer, boolean or string, or no type with x-kubernetes-int-or-string or x-kubernetes-preserve-unknown-fields is true, got ${schema.type ?? ''}`);
  }
}

const integer = (raw: unknown): bigint | undefined => (typeof raw === 'bigint' ? raw : typeof raw === 'number' && Number.isInteger(raw) ? BigInt(raw) : undefined);

function list(raw: readonly unknown[], schema: Schema): Result {
  const item = schemaIn(schema.items as Schema | readonly unknown[] | undefined);
  if (!item) return new Failure('invalid array type, expected Items with a non-empty Schema');
  /** What is wrong with an item fails where the item is used. */
  const items = raw.map((element) => fromSchema(element, item) as Value);
  if (schema['x-kubernetes-list-type'] === 'set') return SetList.made(items);
  return schema['x-kubernetes-list-type'] === 'map' ? KeyedList.made(items, (schema['x-kubernetes-list-map-keys'] ?? []).map((key) => escapeName(key) ?? key)) : TypedList.atomic(items);
}

/** What the schema says nothing of. */
class Preserved extends Opaque {
  readonly typeName = 'unknown';
  readonly #raw: unknown;
  constructor(raw: unknown) {
    super();
    this.#raw = raw;
  }
  override equals(other: Opaque): boolean {
    return other instanceof Preserved && jsonEqual(this.#raw, other.#raw);
  }
}

/** An object with properties, or a map. */
class SchemaMap implements MapValue {
  readonly isMap = true;
  readonly isTyped = true;
  readonly #raw: Members;
  readonly #properties: Readonly<Record<string, Schema>> | undefined;
  readonly #values: Schema | undefined;
  readonly #read = new Map<string, Result>();

  constructor(raw: Members, schema: Schema) {
    this.#raw = raw;
    this.#properties = Object.keys(schema.properties ?? {}).length > 0 ? schema.properties : undefined;
    this.#values = schemaIn(schema.additionalProperties);
  }

  get size(): number {
    return this.#names().length;
  }

  /** Of an object, null is as good as absent. */
  get(key: Value): Result | undefined {
    if (typeof key !== 'string') return NO_OVERLOAD;
    const name = this.#properties ? unescapeName(key) : key;
    if (name === undefined || !Object.hasOwn(this.#raw, name) || this.#raw[name] === undefined) return undefined;
    const schema = this.#schemaOf(name);
    if (!schema || (this.#properties && this.#raw[name] === null)) return undefined;
    const known = this.#read.get(name);
    if (known !== undefined) return known;
    const value = fromSchema(this.#raw[name], schema);
    this.#read.set(name, value);
    return value;
  }

  keys(): readonly Value[] {
    const names = this.#names().filter((name) => this.#schemaOf(name));
    return this.#properties ? names.map((name) => escapeName(name) ?? name) : names;
  }

  #schemaOf(name: string): Schema | undefined {
    if (!this.#properties) return this.#values;
    return Object.hasOwn(this.#properties, name) ? this.#properties[name] : undefined;
  }

  #names(): readonly string[] {
    return Object.keys(this.#raw).filter((name) => this.#raw[name] !== undefined);
  }
}
