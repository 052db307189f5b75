/** A value beside the one that it was before, followed into its members: what has not changed may stay wrong. Behaves like upstream apiserver/pkg/cel/common/equality.go and maplist.go. */
import { schemaIn, type Schema } from '../cel/schema-types.ts';
import { jsonEqual } from '../equality.ts';
import { own } from '../own.ts';

type Members = Readonly<Record<string, unknown>>;
export const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

export class Correlated {
  readonly #value: unknown;
  readonly #old: unknown;
  readonly #schema: Schema;
  #isEqual: boolean | undefined;

  constructor(value: unknown, old: unknown, schema: Schema) {
    this.#value = value;
    this.#old = old;
    this.#schema = schema;
  }

  /** undefined: it is not in both. */
  key(name: string): Correlated | undefined {
    if (!isMembers(this.#value) || !isMembers(this.#old) || this.#value[name] === undefined || this.#old[name] === undefined) return undefined;
    const schema = own(this.#schema.properties, name) ?? schemaIn(this.#schema.additionalProperties);
    return schema && new Correlated(this.#value[name], this.#old[name], schema);
  }

  /** Items of lists of type map have their keys in common; others are not correlated. */
  index(i: number): Correlated | undefined {
    if (!Array.isArray(this.#value) || !Array.isArray(this.#old) || i >= this.#value.length) return undefined;
    const old = findItem(this.#schema, this.#old, this.#value[i]);
    const schema = schemaIn(this.#schema.items as Schema | readonly unknown[] | undefined);
    return old === undefined || !schema ? undefined : new Correlated(this.#value[i], old, schema);
  }

  /** Lists of type map may be in another order. */
  isEqual(): boolean {
    this.#isEqual ??= this.#compare();
    return this.#isEqual;
  }

  #compare(): boolean {
    const [value, old] = [this.#value, this.#old];
    if (Array.isArray(value) && Array.isArray(old)) {
      if (value.length !== old.length) return false;
      return this.#schema['x-kubernetes-list-type'] === 'map' ? value.every((_, i) => this.index(i)?.isEqual() ?? false) : jsonEqual(value, old);
    }
    if (!isMembers(value) || !isMembers(old)) return jsonEqual(value, old);
    const names = Object.keys(value);
    return names.length === Object.keys(old).length && names.every((name) => this.key(name)?.isEqual() ?? false);
  }
}

/** The first item of a list of type map that has the keys of this one. */
export function findItem(schema: Schema, items: readonly unknown[], like: unknown): unknown {
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (schema['x-kubernetes-list-type'] !== 'map' || keys.length === 0 || !hasKeys(like, keys)) return undefined;
  return items.find((item) => hasKeys(item, keys) && keys.every((key) => item[key] === like[key]));
}

const hasKeys = (item: unknown, keys: readonly string[]): item is Members => isMembers(item) && keys.every((key) => item[key] !== undefined && (item[key] === null || typeof item[key] !== 'object'));
