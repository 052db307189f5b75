/** Differences between two inventories, each named by where it stands. */
import type { Inventory } from './inventory.ts';
import type { Json } from './reader.ts';

export interface Difference {
  readonly what: string;
  readonly at: string;
  readonly was: Json | undefined;
  readonly is: Json | undefined;
}

type Fields = { readonly [key: string]: Json };
const isFields = (value: Json | undefined): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);

function* between(was: Json | undefined, is: Json | undefined, at: string): Generator<Omit<Difference, 'what'>> {
  if (Array.isArray(was) && Array.isArray(is)) {
    for (let i = 0; i < Math.max(was.length, is.length); i++) yield* between(was[i] as Json | undefined, is[i] as Json | undefined, `${at}[${i}]`);
  } else if (isFields(was) && isFields(is)) {
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) yield* between(was[key], is[key], `${at}.${key}`);
  } else if (was !== is) yield { at, was, is };
}

export function differences(before: Inventory, after: Inventory): Difference[] {
  const found: Difference[] = [];
  for (const what of new Set([...before.keys(), ...after.keys()])) {
    for (const difference of between(before.get(what), after.get(what), '')) found.push({ what, ...difference });
  }
  return found;
}
