/** What the evaluation of a call costs. Behaves like upstream cel-go/interpreter/runtimecost.go with the functions of apiserver/pkg/cel/library/cost.go. */
import { Failure, isList, isMapValue, Opaque, Optional, type Result, type Value } from './values.ts';

export interface Meter {
  cost: number;
  readonly limit: number;
}

/** Ends an evaluation. */
export class CostExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

const TRAVERSAL = 0.1;
const PATTERN = 0.25;
const AUTHORIZATION_CHECK = 350_000;

type CallCost = (args: readonly Value[], result: Result) => number;

const traversal = (size: number): number => Math.ceil(size * TRAVERSAL);
const first = (args: readonly Value[]): number => sizeOf(args[0]);
const once: CallCost = (args) => traversal(first(args));
const twice: CallCost = (args) => traversal(2 * first(args));
const smaller: CallCost = ([a, b]) => (a instanceof Opaque ? 1 : traversal(Math.min(sizeOf(a), sizeOf(b))));
const pattern: CallCost = ([text, regex]) => traversal(1 + sizeOf(text)) * Math.ceil(sizeOf(regex) * PATTERN);
const whole: CallCost = ([list]) => (list === undefined ? 0 : traversed(list));
const comparison: CallCost = (args) => (typeof args[0] === 'string' || args[0] instanceof Uint8Array ? smaller(args, null) : 1);
const addition: CallCost = ([a, b]) => (typeof a === 'string' || a instanceof Uint8Array ? traversal(sizeOf(a) + sizeOf(b)) : 1);
const selector: CallCost = ([, text]) => 10 + traversal(sizeOf(text)) + Math.ceil(sizeOf(text) * 0.5) * 50;
const container: CallCost = ([cidr, other]) => traversal(2 * sizeOf(cidr)) + (typeof other === 'string' ? traversal(other.length) : 0);

const COSTS: ReadonlyMap<string, CallCost> = new Map([
  ...entries(once, 'startsWith', 'endsWith', 'strings.quote', 'format', 'url', 'lowerAscii', 'upperAscii', 'substring', 'trim', 'cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'),
  ...entries(twice, 'replace', 'split', 'ip.isCanonical'),
  ...entries(whole, 'isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'),
  ...entries(pattern, 'matches', 'find', 'findAll'),
  ...entries(comparison, '_<_', '_<=_', '_>_', '_>=_'),
  ...entries(smaller, '_==_', '_!=_'),
  ...entries(selector, 'fieldSelector', 'labelSelector'),
  ...entries(container, 'containsIP'),
  ['containsCIDR', (args, result) => container(args, result) + traversal(first(args)) + 1],
  ['_+_', addition],
  ['check', () => AUTHORIZATION_CHECK],
  ['join', (_, result) => (result instanceof Failure ? 1 : traversal(2 * sizeOf(result)))],
  ['@in', ([, list]) => (isList(list) ? list.length : 1)],
  ['contains', ([text, part]) => traversal(sizeOf(text)) * traversal(sizeOf(part))],
  ['ip', (args, result) => (args[0] instanceof Opaque ? 1 : once(args, result))],
  ['bytes', (args, result) => (typeof args[0] === 'string' ? once(args, result) : 1)],
  ['string', (args, result) => (args[0] instanceof Uint8Array ? once(args, result) : 1)],
]);

function entries(cost: CallCost, ...names: readonly string[]): readonly (readonly [string, CallCost])[] {
  return names.map((name) => [name, cost] as const);
}

/** Of one call, besides its arguments. */
export function callCost(name: string, args: readonly Value[], result: Result): number {
  return COSTS.get(name)?.(args, result) ?? 1;
}

function sizeOf(v: Value | undefined): number {
  if (typeof v === 'string' || v instanceof Uint8Array || isList(v)) return v.length;
  if (isMapValue(v)) return v.size;
  return v instanceof Optional && v.value !== undefined ? sizeOf(v.value) : 1;
}

/** Of a list with all that it holds. */
function traversed(v: Value): number {
  if (typeof v === 'string' || v instanceof Uint8Array) return traversal(v.length);
  return isList(v) ? v.reduce((sum: number, x) => sum + traversed(x), 0) : 1;
}
