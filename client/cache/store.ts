/** The objects of one collection with indexes over them. Synchronous. Behaves like upstream client-go/tools/cache thread_safe_store.go. */
import { keyText, keyOf, type Key } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Lister } from '../interface.ts';

export interface Identified {
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly resourceVersion?: string };
}
export type IndexFunction<O> = (obj: O) => readonly string[];

/** The index by namespace, which `list(namespace)` uses. */
const NAMESPACE = 'namespace';

interface Index<O> {
  readonly values: IndexFunction<O>;
  /** value → key → object; no value without objects. */
  readonly entries: Map<string, Map<string, O>>;
}

export class Store<O extends Identified> {
  /** By keyText. */
  readonly #objects = new Map<string, O>();
  /** Every object of #objects stands under each of its values, and nothing else does. */
  readonly #indexes = new Map<string, Index<O>>();

  constructor() {
    this.addIndex(NAMESPACE, (obj) => [obj.metadata.namespace ?? '']);
  }

  get size(): number {
    return this.#objects.size;
  }

  get(key: Key): O | undefined {
    return this.#objects.get(keyText(key));
  }

  list(namespace?: string): readonly O[] {
    return namespace === undefined || namespace === '' ? [...this.#objects.values()] : this.byIndex(NAMESPACE, namespace);
  }

  byIndex(name: string, value: string): readonly O[] {
    const index = this.#indexes.get(name);
    if (!index) throw new Error(`no index named ${name} was added`);
    const found = index.entries.get(value);
    return found === undefined ? [] : [...found.values()];
  }

  /** May come late: what is stored is indexed, too. */
  addIndex(name: string, values: IndexFunction<O>): void {
    const known = this.#indexes.get(name);
    if (known?.values === values) return;
    if (known) throw new Error(`an index named ${name} exists with another function`);
    const index: Index<O> = { values, entries: new Map() };
    this.#indexes.set(name, index);
    for (const [key, obj] of this.#objects) insert(index, key, obj);
  }

  /** The object that stood there before. */
  set(obj: O): O | undefined {
    const key = keyText(keyOf(obj));
    const old = this.#objects.get(key);
    for (const index of this.#indexes.values()) {
      if (old !== undefined) remove(index, key, old);
      insert(index, key, obj);
    }
    this.#objects.set(key, obj);
    return old;
  }

  delete(key: Key): O | undefined {
    const text = keyText(key);
    const old = this.#objects.get(text);
    if (old === undefined) return undefined;
    this.#objects.delete(text);
    for (const index of this.#indexes.values()) remove(index, text, old);
    return old;
  }
}

function insert<O>(index: Index<O>, key: string, obj: O): void {
  for (const value of index.values(obj)) {
    let entry = index.entries.get(value);
    if (!entry) index.entries.set(value, (entry = new Map()));
    entry.set(key, obj);
  }
}

function remove<O>(index: Index<O>, key: string, obj: O): void {
  for (const value of index.values(obj)) {
    const entry = index.entries.get(value);
    entry?.delete(key);
    if (entry?.size === 0) index.entries.delete(value);
  }
}

/** The reading half. */
export function listerOf<T>(store: Store<DeepReadonly<T> & Identified>): Lister<T> {
  return {
    get: (key) => store.get(key),
    list: (namespace) => store.list(namespace),
    byIndex: (index, value) => store.byIndex(index, value),
  };
}
