/** A priority queue whose items are found by key. Behaves like upstream client-go/tools/cache/heap. */

export class Heap<T> {
  readonly #key: (item: T) => string;
  readonly #before: (a: T, b: T) => boolean;
  /** Every item comes before its children, at 2i+1 and 2i+2. */
  readonly #items: T[] = [];
  /** Where each key stands in #items. */
  readonly #at = new Map<string, number>();

  constructor(key: (item: T) => string, before: (a: T, b: T) => boolean) {
    this.#key = key;
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  has(key: string): boolean {
    return this.#at.has(key);
  }

  get(key: string): T | undefined {
    const at = this.#at.get(key);
    return at === undefined ? undefined : this.#items[at];
  }

  /** The first item, left where it is. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** Adds, or replaces the item of the same key. */
  set(item: T): void {
    const key = this.#key(item);
    const at = this.#at.get(key) ?? this.#items.length;
    this.#place(item, at);
    this.#up(at);
    this.#down(this.#at.get(key) ?? at);
  }

  pop(): T | undefined {
    const first = this.#items[0];
    if (first !== undefined) this.delete(this.#key(first));
    return first;
  }

  delete(key: string): T | undefined {
    const at = this.#at.get(key);
    if (at === undefined) return undefined;
    const item = this.#items[at];
    const last = this.#items.pop();
    this.#at.delete(key);
    if (last !== undefined && at < this.#items.length) {
      this.#place(last, at);
      this.#up(at);
      this.#down(this.#at.get(this.#key(last)) ?? at);
    }
    return item;
  }

  /** All items, in no order. */
  values(): readonly T[] {
    return this.#items;
  }

  #place(item: T, at: number): void {
    this.#items[at] = item;
    this.#at.set(this.#key(item), at);
  }

  #swap(i: number, j: number): void {
    const a = this.#items[i] as T;
    this.#place(this.#items[j] as T, i);
    this.#place(a, j);
  }

  #up(from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#before(this.#items[at] as T, this.#items[parent] as T)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #down(from: number): void {
    let at = from;
    for (;;) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && this.#before(this.#items[child] as T, this.#items[least] as T)) least = child;
      }
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }
}
