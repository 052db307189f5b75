/** Lists whose schema says what tells their items apart: how they are equal, and what their sum is. Behaves like upstream apiserver/pkg/cel/common/valuesunstructured.go. */
import { isFailure, isMapValue, keyOf, typeName, type Value } from './values.ts';

/** What tells a plain value from others. */
const textOf = (v: Value): string => keyOf(v) ?? `${typeName(v)} ${typeof v === 'number' ? v : JSON.stringify(v)}`;

/** A list of a schema. Whether it is equal to what is no list is not to be known. */
export class TypedList extends Array<Value> {
  static override get [Symbol.species](): ArrayConstructor {
    return Array;
  }

  static atomic(items: readonly Value[]): TypedList {
    const list = new TypedList();
    for (const item of items) list.push(item);
    return list;
  }
}

/** x-kubernetes-list-type: set. The order does not matter. */
export class SetList extends TypedList {
  static made(items: readonly Value[]): SetList {
    const list = new SetList();
    for (const item of items) list.push(item);
    return list;
  }

  equalsList(other: readonly Value[]): boolean {
    if (this.length !== other.length) return false;
    const known = new Set(Array.from(this, textOf));
    return other.every((v) => known.has(textOf(v)));
  }

  /** The items of the other that are new, behind these. */
  plus(other: readonly Value[]): SetList {
    const known = new Set(Array.from(this, textOf));
    const out = SetList.made(this);
    for (const v of other) if (!known.has(textOf(v))) out.push(v);
    return out;
  }
}

/** x-kubernetes-list-type: map. Items are found by their keys. */
export class KeyedList extends TypedList {
  #names: readonly string[] = [];

  static made(items: readonly Value[], keys: readonly string[]): KeyedList {
    const list = new KeyedList();
    for (const item of items) list.push(item);
    list.#names = keys;
    return list;
  }

  equalsList(other: readonly Value[], equal: (a: Value, b: Value) => boolean): boolean {
    if (this.length !== other.length) return false;
    const known = new Map(Array.from(this, (v) => [this.#key(v), v] as const));
    return other.every((v) => {
      const mine = known.get(this.#key(v));
      return mine !== undefined && equal(mine, v);
    });
  }

  /** Items of the other take the place of those with their key; the rest stands behind. */
  plus(other: readonly Value[]): KeyedList {
    const out = new Map(Array.from(this, (v) => [this.#key(v), v] as const));
    for (const v of other) out.set(this.#key(v), v);
    return KeyedList.made([...out.values()], this.#names);
  }

  #key(item: Value): string {
    return JSON.stringify(
      this.#names.map((name) => {
        const value = isMapValue(item) ? item.get(name) : undefined;
        return value === undefined || isFailure(value) ? null : textOf(value);
      }),
    );
  }
}
