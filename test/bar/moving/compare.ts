/** Differences between two inventories, each named by where it stands. */
import type { Inventory } from './inventory.ts';
import type { Json } from './reader.ts';

export interface Difference {
  /** `json /apis/apps/v1/deployments` */
  readonly what: string;
  /** `.default/web.spec.replicas`; empty: the answer as a whole. */
  readonly at: string;
  readonly was: Json | undefined;
  readonly is: Json | undefined;
}

type Fields = { readonly [key: string]: Json };
const isFields = (value: Json | undefined): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isNames = (value: Json | undefined): value is readonly string[] => Array.isArray(value);

/** What is on one side alone is a difference by itself: of the order, that of the others counts. */
function withCommonOrder(was: Fields, is: Fields): readonly [Fields, Fields] {
  const [a, b] = [was['order'], is['order']];
  if (!isNames(a) || !isNames(b)) return [was, is];
  const [inA, inB] = [new Set(a), new Set(b)];
  return [{ ...was, order: a.filter((name) => inB.has(name)) }, { ...is, order: b.filter((name) => inA.has(name)) }];
}

function* between(was: Json | undefined, is: Json | undefined, at: string): Generator<Omit<Difference, 'what'>> {
  if (Array.isArray(was) && Array.isArray(is)) {
    for (let i = 0; i < Math.max(was.length, is.length); i++) yield* between(was[i] as Json | undefined, is[i] as Json | undefined, `${at}[${i}]`);
  } else if (isFields(was) && isFields(is)) {
    for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) yield* between(was[key], is[key], `${at}.${key}`);
  } else if (was !== is) yield { at, was, is };
}

/** Lists have their order and their items at the top. */
function* betweenAnswers(was: Json | undefined, is: Json | undefined): Generator<Omit<Difference, 'what'>> {
  if (isFields(was) && isFields(is)) yield* between(...withCommonOrder(was, is), '');
  else yield* between(was, is, '');
}

export function differences(before: Inventory, after: Inventory): Difference[] {
  const found: Difference[] = [];
  for (const what of new Set([...before.keys(), ...after.keys()])) {
    for (const difference of betweenAnswers(before.get(what), after.get(what))) found.push({ what, ...difference });
  }
  return found;
}
