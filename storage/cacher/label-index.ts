/** Keys by the value of a label, for lists and watches that ask for one value (./contents.ts): made when a label is first asked for, and kept while it is. */
import { Broken, type Held } from './record.ts';

type Entry = Held | Broken;

/** How many labels, and for how many calls of `age` one that nobody asks for. */
const KEPT_LABELS = 8;
const KEPT_AGES = 5;
/** A value that more than one object in so many has is no shorter way than visiting all. */
const WORTH = 8;

interface ByValue {
  readonly keys: Map<string, Set<string>>;
  age: number;
}

export class LabelIndex {
  /** Least recently used first. */
  readonly #labels = new Map<string, ByValue>();
  /** Their labels are not known. */
  readonly #broken = new Set<string>();

  /** The keys, in no order, of the objects with that label and of those that may have it; undefined: visit them all. `all`: everything that is held, read when the label is new. */
  find(label: string, value: string, all: ReadonlyMap<string, Entry>): readonly string[] | undefined {
    const byValue = this.#labels.get(label) ?? indexed(label, all);
    byValue.age = 0;
    this.#labels.delete(label);
    this.#labels.set(label, byValue);
    const [oldest] = this.#labels.keys();
    if (this.#labels.size > KEPT_LABELS && oldest !== undefined) this.#labels.delete(oldest);
    const keys = byValue.keys.get(value);
    if (((keys?.size ?? 0) + this.#broken.size) * WORTH > all.size) return undefined;
    return keys ? [...keys, ...this.#broken] : [...this.#broken];
  }

  replace(key: string, before: Entry | undefined, now: Entry | undefined): void {
    if (before instanceof Broken) this.#broken.delete(key);
    if (now instanceof Broken) this.#broken.add(key);
    for (const [label, { keys }] of this.#labels) {
      const [old, value] = [labelOf(before, label), labelOf(now, label)];
      if (old === value) continue;
      if (old !== undefined) remove(keys, old, key);
      if (value !== undefined) add(keys, value, key);
    }
  }

  clear(): void {
    this.#labels.clear();
    this.#broken.clear();
  }

  /** Called once a minute or so. */
  age(): void {
    for (const [label, byValue] of this.#labels) if (++byValue.age > KEPT_AGES) this.#labels.delete(label);
  }
}

function indexed(label: string, all: ReadonlyMap<string, Entry>): ByValue {
  const keys = new Map<string, Set<string>>();
  for (const [key, held] of all) {
    const value = labelOf(held, label);
    if (value !== undefined) add(keys, value, key);
  }
  return { keys, age: 0 };
}

function labelOf(held: Entry | undefined, label: string): string | undefined {
  if (!held || held instanceof Broken) return undefined;
  const { labels } = held.tested;
  return Object.hasOwn(labels, label) ? labels[label] : undefined;
}

function add(keys: Map<string, Set<string>>, value: string, key: string): void {
  const known = keys.get(value);
  if (known) known.add(key);
  else keys.set(value, new Set([key]));
}

function remove(keys: Map<string, Set<string>>, value: string, key: string): void {
  const known = keys.get(value);
  if (known?.delete(key) && known.size === 0) keys.delete(value);
}
