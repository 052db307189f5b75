/**
 * A map for what comes and goes by the thousand: what is on its way.
 * The engine links the table of a Map to the table that takes its place when many entries have come and gone. So one table that has grown old keeps all that follow it, with whatever passed
 * through them, until everything is collected, and what should have died young is marked and copied. This map begins anew before that.
 */

/** So many entries may go before it does, and as many as there are. */
const PATIENCE = 64;

export class Transit<K, V> {
  #map = new Map<K, V>();
  #gone = 0;

  get size(): number {
    return this.#map.size;
  }

  get(key: K): V | undefined {
    return this.#map.get(key);
  }

  set(key: K, value: V): void {
    this.#map.set(key, value);
  }

  delete(key: K): void {
    if (!this.#map.delete(key) || ++this.#gone < PATIENCE + this.#map.size) return;
    this.#map = new Map(this.#map);
    this.#gone = 0;
  }

  values(): IterableIterator<V> {
    return this.#map.values();
  }
}
