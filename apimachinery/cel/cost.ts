/** What the evaluation of a call costs. Behaves like upstream cel-go/interpreter/runtimecost.go with the functions of cel-go/ext (lists, sets) and apiserver/pkg/cel/library/cost.go. */
import { FormatValue } from './library/named-formats.ts';
import { runes, utf8Length } from './library/texts.ts';
import type { Overload } from './signatures.ts';
import { Failure, isList, isMapValue, Opaque, Optional, type Result } from './values.ts';

const TRAVERSAL = 0.1;
const PATTERN = 0.25;
const AUTHORIZATION_CHECK = 350_000;
const LIST = 10;
const REQUIREMENT = 50;

type Args = readonly Result[];
type CallCost = (args: Args, result: Result, overload: Overload | undefined) => number;

export const traversal = (size: number): number => Math.ceil(size * TRAVERSAL);
const first = (args: Args): number => sizeOf(args[0]);
const once: CallCost = (args) => traversal(first(args));
const twice: CallCost = (args) => Math.ceil(first(args) * 2 * TRAVERSAL);
const pattern = (text: number, regex: number): number => traversal(1 + text) * Math.ceil(regex * PATTERN);
const matching: CallCost = ([text, regex]) => pattern(sizeOf(text), sizeOf(regex));
const whole: CallCost = ([list]) => (list === undefined ? 0 : traversed(list));
const smaller: CallCost = ([a, b]) => traversal(Math.min(deepSizeOf(a), deepSizeOf(b)));
const selector: CallCost = ([, text]) => LIST + traversal(sizeOf(text)) + Math.ceil(Math.ceil(sizeOf(text) * 0.5) * REQUIREMENT);
const isText = (overload: Overload | undefined, i = 0): boolean => overload?.args[i]?.name === 'string';
const isBytes = (overload: Overload | undefined): boolean => overload?.args[0]?.name === 'bytes';

/** Only where the overload is known: else 1. */
const resolved =
  (cost: CallCost, when: (overload: Overload) => boolean = () => true): CallCost =>
  (args, result, overload) =>
    overload && when(overload) ? cost(args, result, overload) : 1;

const texts = (overload: Overload): boolean => isText(overload) || isBytes(overload);
const inNetwork: CallCost = (args, _, overload) => Math.ceil(2 * first(args) * TRAVERSAL) + (isText(overload, 1) ? traversal(sizeOf(args[1])) : 0);

/** Of functions that make a list. */
const allocating = (factor: number, size: number): number => Math.trunc(size * factor) + 1 + LIST;
const output: CallCost = (_, result) => allocating(1, sizeOf(result));

/** Each element is compared with each. */
function compared(list: Result | undefined): number {
  if (!isList(list)) return panics('*types.Err is not traits.Lister: missing method Add');
  const [head] = list;
  const factor = typeof head === 'string' || head instanceof Uint8Array ? 2 + TRAVERSAL : 2;
  return allocating(factor, list.length ** 2);
}

/** What upstream's reckoning does not survive. */
function panics(what: string): never {
  throw new PanicProblem(`internal error: interface conversion: ${what}`);
}

/** Ends an evaluation: its text is the failure's. */
export class PanicProblem extends Error {}

const sets = (factor: number): CallCost =>
  resolved(([a, b]) => 1 + Math.trunc(sizeOf(a) * sizeOf(b) * factor));

const COSTS: ReadonlyMap<string, CallCost> = new Map([
  ...entries(once, 'url', 'lowerAscii', 'upperAscii', 'substring', 'trim', 'jsonpatch.escapeKey', 'cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'),
  ...entries(resolved(once), 'startsWith', 'endsWith', 'strings.quote', 'format'),
  ...entries(twice, 'replace', 'split', 'ip.isCanonical'),
  ...entries(whole, 'isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'),
  ...entries(matching, 'find', 'findAll'),
  ...entries(resolved(smaller, texts), '_<_', '_<=_', '_>_', '_>=_'),
  ...entries(selector, 'fieldSelector', 'labelSelector'),
  ...entries(sets(1), 'sets.contains', 'sets.intersects'),
  ...entries(resolved(output), 'slice', 'lists.range', 'reverse'),
  ['sets.equivalent', sets(2)],
  ['distinct', resolved(([list]) => compared(list))],
  ['sort', resolved(([list]) => compared(list))],
  ['@sortByAssociatedKeys', resolved(([, keys]) => compared(keys))],
  ['flatten', resolved(([list, depth = 1n]) => allocating(typeof depth === 'bigint' ? Number(depth) : panics('ref.Val is *types.Err, not types.Int'), sizeOf(list)))],
  ['_==_', (args, result) => (args[0] instanceof Opaque ? 1 : smaller(args, result, undefined))],
  ['_!=_', smaller],
  ['matches', resolved((args, result) => matching(args, result, undefined), (overload) => overload.isMember)],
  ['containsIP', inNetwork],
  ['containsCIDR', (args, result, overload) => inNetwork(args, result, overload) + traversal(first(args)) + 1],
  ['_+_', resolved(([a, b]) => traversal(deepSizeOf(a) + deepSizeOf(b)), texts)],
  ['check', () => AUTHORIZATION_CHECK],
  ['join', (_, result) => Math.ceil(sizeOf(result) * 2 * TRAVERSAL)],
  ['@in', resolved(([, list]) => deepSizeOf(list), (overload) => overload.args[1]?.kind === 'list')],
  ['contains', resolved(([text, part]) => traversal(sizeOf(text)) * traversal(sizeOf(part)))],
  ['ip', (args, result, overload) => (overload?.isMember ? 1 : once(args, result, overload))],
  ['bytes', resolved(once, isText)],
  ['string', resolved(once, isBytes)],
  ['validate', ([format, text]) => (format instanceof FormatValue ? pattern(sizeOf(text), format.maxRegexSize) : 1)],
]);

function entries(cost: CallCost, ...names: readonly string[]): readonly (readonly [string, CallCost])[] {
  return names.map((name) => [name, cost] as const);
}

/** Of one call, besides its arguments. `overload`: the one that the checker found; many costs are 1 when it found several. */
export function callCost(name: string, overload: Overload | undefined, args: Args, result: Result): number {
  return COSTS.get(name)?.(args, result, overload) ?? 1;
}

/** Where only the result tells. */
const BY_RESULT: ReadonlySet<string> = new Set(['slice', 'reverse']);

/** As far as it is known before the call is made, so that nothing is made that costs too much; undefined: only its result tells. `left`: what may still be spent; beyond that the number need not be exact. */
export function costAhead(name: string, overload: Overload | undefined, args: Args, left: number): number | undefined {
  if (args.some((arg) => arg instanceof Failure)) return undefined;
  if (name === 'lists.range' && typeof args[0] === 'bigint') return allocating(1, Math.max(0, Number(args[0])));
  if (name === 'join') return joinCost(args, left);
  return BY_RESULT.has(name) ? undefined : callCost(name, overload, args, null);
}

function joinCost(args: Args, left: number): number {
  const cost = (size: number): number => Math.ceil(size * 2 * TRAVERSAL);
  /** A code point is two code units at most. */
  const least = cost(joinedSize(args, ({ length }) => length) / 2);
  return least > left ? least : cost(joinedSize(args, runes));
}

function joinedSize([list, separator]: Args, sizeOfText: (text: string) => number): number {
  if (!isList(list) || !list.every((v) => typeof v === 'string')) return 1;
  return list.reduce((sum, text) => sum + sizeOfText(text), Math.max(0, list.length - 1) * (typeof separator === 'string' ? sizeOfText(separator) : 0));
}

function sizeOf(v: Result | undefined): number {
  if (typeof v === 'string') return runes(v);
  if (v instanceof Uint8Array || isList(v)) return v.length;
  if (isMapValue(v)) return v.size;
  return v instanceof Opaque ? v.size : 1;
}

/** Also of what an optional holds. */
const deepSizeOf = (v: Result | undefined): number => (v instanceof Optional && v.value !== undefined ? deepSizeOf(v.value) : sizeOf(v));

/** Of a list or map with all that it holds. */
function traversed(v: Result): number {
  if (typeof v === 'string') return Math.trunc(utf8Length(v) * TRAVERSAL);
  if (v instanceof Uint8Array) return Math.trunc(v.length * TRAVERSAL);
  if (isList(v)) return v.reduce((sum: number, x) => sum + traversed(x), 0);
  if (!isMapValue(v)) return 1;
  return v.keys().reduce((sum: number, key) => sum + traversed(key) + traversed(v.get(key) ?? null), 0);
}

