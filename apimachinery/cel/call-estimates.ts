/** What calls of functions will cost at most, and how large what comes of them is. For ./estimate.ts. Behaves like upstream cel-go/checker/cost.go (functionCost), cel-go/ext (lists, sets) and apiserver/pkg/cel/library/cost.go. */
import { add, fixed, MOST, multiply, NOTHING, ONE, PATTERN, times, TRAVERSAL, type Estimate } from './size-estimate.ts';
import type { Overload } from './signatures.ts';
import type { Expr } from './syntax.ts';
import type { CelType } from './types.ts';

/** An argument as estimates see it. */
export interface Argument {
  readonly expr: Expr | undefined;
  readonly type: CelType;
  readonly size: Estimate;
  /** Of the elements of a list. */
  readonly elements: { readonly type: CelType; readonly size: Estimate } | undefined;
}

export interface CallEstimate {
  readonly cost: Estimate;
  readonly size?: Estimate;
}

export interface Call {
  readonly overload: Overload;
  readonly target: Argument | undefined;
  readonly args: readonly Argument[];
}

type Estimator = (call: Call) => CallEstimate | undefined;

const AUTHORIZATION_CHECK = 350_000n;
const LIST = 10n;
const REQUIREMENT = 50;
/** Of an address: 4 or 16 bytes. */
const ADDRESS: Estimate = { min: 4n, max: 16n };
const MAX_FORMAT_SIZE = 64n;
const MAX_FORMAT_PATTERN = 128;

const once: Estimator = ({ args: [a] }) => a && { cost: times(a.size, TRAVERSAL) };
const onceOfTarget: Estimator = ({ target }) => target && { cost: times(target.size, TRAVERSAL), size: target.size };
const nominal: Estimator = () => ({ cost: ONE });

function selector({ args: [a] }: Call): CallEstimate | undefined {
  return a && { cost: add(fixed(LIST), times(a.size, TRAVERSAL), times(times(a.size, 0.5), REQUIREMENT)) };
}

/** Each element is looked at; or a text is traversed. */
function search({ target }: Call): CallEstimate | undefined {
  if (!target?.elements) return target && { cost: times(target.size, TRAVERSAL) };
  const { type, size } = target.elements;
  const each = type.name === 'string' || type.name === 'bytes' ? add(ONE, times(size, TRAVERSAL)) : ONE;
  return { cost: multiply(target.size, each) };
}

const ceilDivide = (a: bigint, b: bigint): bigint => BigInt(Math.ceil(Number(a) / Number(b)));

/** How often something is replaced, and what of the text stays. */
function longest(size: bigint, old: bigint, fresh: bigint): readonly [count: bigint, kept: bigint] {
  if (old === 0n) return [size < MOST ? size + 1n : size, size];
  return fresh <= old ? [0n, size] : [ceilDivide(size, old), 0n];
}
function shortest(size: bigint, old: bigint, fresh: bigint): readonly [count: bigint, kept: bigint] {
  if (old === 0n) return [size < MOST ? size + 1n : size, size];
  return old <= fresh ? [0n, size] : [ceilDivide(size, old), 0n];
}

function replace({ target, args: [old, fresh] }: Call): CallEstimate | undefined {
  if (!target || !old || !fresh) return undefined;
  const [most, mostKept] = longest(target.size.max, old.size.min, fresh.size.max);
  const [least, leastKept] = shortest(target.size.min, old.size.max, fresh.size.min);
  return { cost: times(target.size, 2 * TRAVERSAL), size: add(multiply({ min: least, max: most }, fresh.size), { min: leastKept, max: mostKept }) };
}

function split({ target, args: [, limit] }: Call): CallEstimate | undefined {
  const count = literal(limit);
  return target && { cost: times(target.size, 2 * TRAVERSAL), size: { min: 0n, max: count === undefined ? target.size.max : BigInt.asUintN(64, count) } };
}

const literal = (argument: Argument | undefined): bigint | undefined => (argument?.expr?.kind === 'literal' && argument.expr.of === 'int' && typeof argument.expr.value === 'bigint' ? argument.expr.value : undefined);

function join({ target, args: [separator] }: Call): CallEstimate | undefined {
  if (!target) return undefined;
  const parts = target.elements ? multiply(target.size, target.elements.size) : NOTHING;
  const { min, max } = target.size;
  const between = { min: min > 0n ? min - 1n : 0n, max: max > 0n ? max - 1n : 0n };
  const size = separator ? add(parts, multiply(separator.size, between)) : parts;
  return { cost: times(size, TRAVERSAL), size };
}

const pattern = (text: Estimate, regex: Estimate): Estimate => multiply(times(add(text, ONE), TRAVERSAL), times(regex, PATTERN));

function find({ target, args: [regex] }: Call): CallEstimate | undefined {
  return target && regex && { cost: pattern(target.size, regex.size), size: { min: 0n, max: target.size.max } };
}

const inNetwork: Estimator = ({ overload, args: [other] }) => {
  const compared = times(add(ADDRESS, ADDRESS), TRAVERSAL);
  return other && { cost: overload.args[1]?.name === 'string' ? add(compared, times(other.size, TRAVERSAL)) : compared };
};

/** Of functions that make a list. */
function allocating(factor: number, size: Estimate): CallEstimate {
  return { cost: add(times(size, factor), ONE, fixed(LIST)), size };
}

const natural = (argument: Argument | undefined, otherwise: bigint): bigint => {
  const n = literal(argument);
  return n === undefined ? otherwise : n < 0n ? 0n : n;
};

/** Each element is compared with each. */
function sort(list: Argument | undefined, key: CelType | undefined): CallEstimate | undefined {
  if (!list) return undefined;
  const isText = key?.name === 'string' || key?.name === 'bytes';
  return allocating(isText ? 2 + TRAVERSAL : 2, multiply(list.size, list.size));
}

const sets = (factor: number): Estimator => ({ args: [a, b] }) => a && b && { cost: add(times(multiply(a.size, b.size), factor), ONE) };

const OPAQUE = new Set(['net.IP', 'net.CIDR', 'kubernetes.Quantity', 'kubernetes.Semver']);

/** Equality of the libraries' own types; undefined: as for all. */
function equality({ args: [a, b] }: Call): CallEstimate | undefined {
  if (!a || !b || a.type.name !== b.type.name || a.type.kind !== 'object') return undefined;
  const { name } = a.type;
  if (OPAQUE.has(name) || name.startsWith('kubernetes.authorization.')) return { cost: ONE };
  if (name === 'kubernetes.NamedFormat') return { cost: times({ min: 1n, max: MAX_FORMAT_SIZE }, TRAVERSAL) };
  return name === 'kubernetes.URL' ? { cost: times({ min: 1n, max: b.size.max === MOST ? 1n : b.size.max }, TRAVERSAL) } : undefined;
}

const entries = (estimator: Estimator, ...names: readonly string[]): readonly (readonly [string, Estimator])[] => names.map((name) => [name, estimator] as const);

/** Of Kubernetes' libraries and of lists and sets: by name alone. */
const BY_NAME: ReadonlyMap<string, Estimator> = new Map([
  ...entries(() => ({ cost: fixed(AUTHORIZATION_CHECK) }), 'check'),
  ...entries(nominal, 'serviceAccount', 'path', 'group', 'resource', 'subresource', 'namespace', 'name', 'allowed', 'reason', 'error', 'errored'),
  ...entries(nominal, 'masked', 'prefixLength', 'family', 'isUnspecified', 'isLoopback', 'isLinkLocalMulticast', 'isLinkLocalUnicast', 'isGlobalUnicast', 'format.named'),
  ...entries(nominal, 'sign', 'asInteger', 'isInteger', 'asApproximateFloat', 'isGreaterThan', 'isLessThan', 'compareTo', 'add', 'sub', 'major', 'minor', 'patch'),
  ...entries(nominal, 'getScheme', 'getHostname', 'getHost', 'getPort', 'getEscapedPath', 'getQuery'),
  ...entries(selector, 'fieldSelector', 'labelSelector'),
  ...entries(search, 'isSorted', 'sum', 'max', 'min', 'indexOf', 'lastIndexOf'),
  ...entries(({ args: [a] }) => a && { cost: times(a.size, TRAVERSAL), size: a.size }, 'url', 'jsonpatch.escapeKey'),
  ...entries(onceOfTarget, 'lowerAscii', 'upperAscii', 'substring', 'trim'),
  ...entries(once, 'cidr', 'isIP', 'isCIDR', 'quantity', 'isQuantity', 'semver', 'isSemver'),
  ...entries(find, 'find', 'findAll'),
  ...entries(sets(1), 'sets.contains', 'sets.intersects'),
  ['sets.equivalent', sets(2)],
  ['replace', replace],
  ['split', split],
  ['join', join],
  ['ip', (call) => (call.overload.isMember ? { cost: ONE } : once(call))],
  ['ip.isCanonical', ({ args: [a] }) => a && { cost: times(a.size, 2 * TRAVERSAL) }],
  ['containsIP', inNetwork],
  ['containsCIDR', (call) => {
    const compared = inNetwork(call);
    return compared && { cost: add(compared.cost, times(ADDRESS, TRAVERSAL), ONE) };
  }],
  ['validate', ({ args: [a] }) => a && { cost: times(times(a.size, TRAVERSAL), MAX_FORMAT_PATTERN * PATTERN) }],
  ['_==_', equality],
  ['slice', ({ target, args: [start, end] }) => target && allocating(1, fixed(BigInt.asUintN(64, natural(end, target.size.max) - natural(start, 0n))))],
  ['lists.range', ({ args: [n] }) => allocating(1, fixed(natural(n, MOST)))],
  ['reverse', ({ target }) => target && allocating(1, target.size)],
  ['flatten', ({ target, args: [depth] }) => target && allocating(depth ? Number(natural(depth, MOST)) : 1, target.size)],
  ['distinct', ({ target }) => target && allocating(2, multiply(target.size, target.size))],
  ['sort', ({ target, overload }) => sort(target, overload.args[0]?.params[0])],
  ['@sortByAssociatedKeys', ({ args: [keys], overload }) => sort(keys, overload.args[1]?.params[0])],
]);

const isTextual = ({ args: [type] }: Overload): boolean => type?.name === 'string' || type?.name === 'bytes';
const u64 = (n: bigint): bigint => BigInt.asUintN(64, n);

function comparison({ args: [a, b] }: Call): CallEstimate | undefined {
  if (!a || !b) return undefined;
  const max = a.size.max < b.size.max ? a.size.max : b.size.max;
  return { cost: times({ min: max > 0n ? 1n : 0n, max }, TRAVERSAL) };
}

function conversion(name: string, { overload, args: [a] }: Call): CallEstimate | undefined {
  const from = overload.args[0]?.name;
  if (!a) return undefined;
  if (name === 'bytes' && from === 'string') return { cost: times(a.size, TRAVERSAL), size: { min: a.size.min, max: u64(a.size.max * 4n) } };
  return name === 'string' && from === 'bytes' ? { cost: times(a.size, TRAVERSAL), size: { min: a.size.min / 4n, max: a.size.max } } : undefined;
}

function addition({ overload, args: [a, b] }: Call): CallEstimate | undefined {
  if (!a || !b) return undefined;
  const size = add(a.size, b.size);
  if (overload.args[0]?.kind === 'list') return { cost: ONE, size };
  return isTextual(overload) ? { cost: times(size, TRAVERSAL), size } : undefined;
}

/** Of the standard functions. */
function standard(name: string, call: Call): CallEstimate | undefined {
  const { overload, target, args: [a, b] } = call;
  switch (name) {
    case 'format':
      return target && { cost: times(target.size, TRAVERSAL) };
    case 'strings.quote':
      return a && { cost: times(a.size, TRAVERSAL), size: { min: a.size.min + 2n, max: u64(a.size.max * 2n + 2n) } };
    case 'startsWith':
    case 'endsWith':
      return a && { cost: times(a.size, TRAVERSAL) };
    case '@in':
      return overload.args[1]?.kind === 'list' && b ? { cost: times(b.size, 1) } : undefined;
    case 'matches':
      return target && a && { cost: pattern(target.size, a.size) };
    case 'contains':
      return target && a && { cost: multiply(times(target.size, TRAVERSAL), times(a.size, TRAVERSAL)) };
    case '_+_':
      return addition(call);
    case '_==_':
    case '_!=_':
      return comparison(call);
    case '_<_':
    case '_<=_':
    case '_>_':
    case '_>=_':
      return isTextual(overload) ? comparison(call) : undefined;
    default:
      return conversion(name, call);
  }
}

/** Besides what the arguments cost. */
export function estimateCall(name: string, call: Call): CallEstimate {
  return BY_NAME.get(name)?.(call) ?? standard(name, call) ?? { cost: ONE };
}

