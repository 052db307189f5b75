/** Arithmetic on lists of quantities by resource name. Behaves like upstream apiserver/pkg/quota/v1/resources.go. */
import { parseQuantity, ZERO_QUANTITY, newQuantity, type Quantity } from '../quantity.ts';

export type ResourceList = ReadonlyMap<string, Quantity>;
export type MutableResourceList = Map<string, Quantity>;

export const ONE: Quantity = newQuantity(1, 'DecimalSI');

/** From the API's form; a quantity that cannot be parsed throws. */
export function parseResourceList(list: Readonly<Record<string, string>> | null | undefined): MutableResourceList {
  return new Map(Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)]));
}

export function formatResourceList(list: ResourceList): Record<string, string> {
  return Object.fromEntries([...list].map(([name, quantity]) => [name, quantity.toString()]));
}

/** Adds to `list` in place. */
export function addTo(list: MutableResourceList, more: ResourceList): void {
  for (const [name, quantity] of more) list.set(name, list.get(name)?.add(quantity) ?? quantity);
}

/** Raises the entries of `list` in place to those of `other`. */
export function raiseTo(list: MutableResourceList, other: ResourceList): void {
  for (const [name, quantity] of other) {
    const known = list.get(name);
    if (!known || quantity.cmp(known) > 0) list.set(name, quantity);
  }
}

export function add(a: ResourceList, b: ResourceList): MutableResourceList {
  const sum = new Map(a);
  addTo(sum, b);
  return sum;
}

/** a - b, nothing below zero; what only b has is zero. */
export function subtractToZero(a: ResourceList, b: ResourceList): MutableResourceList {
  const result: MutableResourceList = new Map();
  for (const [name, quantity] of a) {
    const other = b.get(name);
    const left = other ? quantity.sub(other) : quantity;
    result.set(name, left.sign() > 0 ? left : ZERO_QUANTITY);
  }
  for (const name of b.keys()) if (!result.has(name)) result.set(name, ZERO_QUANTITY);
  return result;
}

export function mask(list: ResourceList, names: Iterable<string>): MutableResourceList {
  const wanted = new Set(names);
  return new Map([...list].filter(([name]) => wanted.has(name)));
}

export function withoutZeros(list: ResourceList): MutableResourceList {
  return new Map([...list].filter(([, quantity]) => !quantity.isZero()));
}

export function equalLists(a: ResourceList, b: ResourceList): boolean {
  return a.size === b.size && [...a].every(([name, quantity]) => b.get(name)?.equal(quantity) === true);
}

/** Names of those in `a` that are more than `b` allows; what b does not name is not limited. */
export function exceeding(a: ResourceList, b: ResourceList): readonly string[] {
  return [...b].flatMap(([name, limit]) => ((a.get(name)?.cmp(limit) ?? -1) > 0 ? [name] : []));
}
