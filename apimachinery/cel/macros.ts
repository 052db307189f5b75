/** CEL's macros: calls that become loops before they are checked. Behaves like upstream cel-go/parser/macro.go and cel-go/ext (comprehensions, bindings, lists). */
import type { CallExpr, Expr, Issue } from './syntax.ts';

const ACCUMULATOR = '__result__';

/** Given: a call's parts. Returns undefined when the call is no macro after all. */
export type Macro = (call: { readonly target: Expr; readonly args: readonly Expr[]; readonly position: number }, issues: Issue[]) => Expr | undefined;

type Fold = (accumulator: Expr, body: readonly Expr[], position: number) => { readonly init: Expr; readonly condition?: Expr; readonly step: Expr; readonly result?: Expr };

const ident = (name: string, position: number): Expr => ({ kind: 'ident', name, position });
const bool = (value: boolean, position: number): Expr => ({ kind: 'literal', of: 'bool', value, position });
const int = (value: bigint, position: number): Expr => ({ kind: 'literal', of: 'int', value, position });
const list = (position: number, ...elements: Expr[]): Expr => ({ kind: 'list', elements: elements.map((value) => ({ value, isOptional: false })), position });
export const callOf = (name: string, position: number, ...args: Expr[]): CallExpr => ({ kind: 'call', target: undefined, function: name, args, position });
const member = (target: Expr, name: string, position: number): Expr => ({ kind: 'call', target, function: name, args: [], position });

function only(body: readonly Expr[]): Expr {
  const [first] = body;
  if (!first) throw new Error('a macro was expanded without its argument');
  return first;
}

const all: Fold = (acc, body, at) => ({ init: bool(true, at), condition: callOf('@not_strictly_false', at, acc), step: callOf('_&&_', at, acc, only(body)) });
const exists: Fold = (acc, body, at) => ({ init: bool(false, at), condition: callOf('@not_strictly_false', at, callOf('!_', at, acc)), step: callOf('_||_', at, acc, only(body)) });
const existsOne: Fold = (acc, body, at) => ({
  init: int(0n, at),
  step: callOf('_?_:_', at, only(body), callOf('_+_', at, acc, int(1n, at)), acc),
  result: callOf('_==_', at, acc, int(1n, at)),
});

/** [transform], or [filter, transform]. */
const collect = (add: (acc: Expr, value: Expr, at: number) => Expr, init: (at: number) => Expr): Fold => (acc, body, at) => {
  const value = add(acc, body.at(-1) ?? acc, at);
  return { init: init(at), step: body.length > 1 ? callOf('_?_:_', at, only(body), value, acc) : value };
};

const emptyMap = (position: number): Expr => ({ kind: 'map', entries: [], position });
const map = collect((acc, value, at) => callOf('_+_', at, acc, list(at, value)), (at) => list(at));

function nameOf(e: Expr | undefined, issues: Issue[]): string | undefined {
  if (e?.kind === 'ident' && !e.name.startsWith('.')) return e.name;
  issues.push({ position: e?.position ?? 0, message: 'argument must be a simple name' });
  return undefined;
}

function folded(fold: Fold, variables: number): Macro {
  return ({ target, args, position }, issues) => {
    const names = args.slice(0, variables).map((a) => nameOf(a, issues));
    if (names.includes(undefined)) return bool(false, position);
    const acc = ident(ACCUMULATOR, position);
    const { init, condition, step, result } = fold(acc, args.slice(variables), position);
    return { kind: 'fold', range: target, variables: names.map((n) => n ?? ''), accumulator: ACCUMULATOR, init, condition: condition ?? bool(true, position), step, result: result ?? acc, position };
  };
}

const filter: Macro = (call, issues) => {
  const [name, predicate] = call.args;
  if (!name || !predicate) return undefined;
  const fold: Fold = (acc, body, at) => ({ init: list(at), step: callOf('_?_:_', at, only(body), callOf('_+_', at, acc, list(at, name)), acc) });
  return folded(fold, 1)(call, issues);
};

/** transformMap sets a key of its own; transformMapEntry merges a map of one entry. */
const transformMap = (variables: number): Macro => (call, issues) => {
  const [key] = call.args;
  if (!key) return undefined;
  return folded(collect((acc, value, at) => callOf('cel.@mapInsert', at, acc, key, value), emptyMap), variables)(call, issues);
};
const transformMapEntry = folded(collect((acc, value, at) => callOf('cel.@mapInsert', at, acc, value), emptyMap), 2);

/** `name` stands for `value` in `body`. */
function bound(name: string, value: Expr, body: Expr, position: number): Expr {
  return { kind: 'fold', range: list(position), variables: ['#unused'], accumulator: name, init: value, condition: bool(false, position), step: ident(name, position), result: body, position };
}

const optionally = (wrap: (mapped: Expr, at: number) => Expr): Macro => ({ target, args: [variable, body], position }, issues) => {
  const name = nameOf(variable, issues);
  if (name === undefined || !body) return bool(false, position);
  return callOf('_?_:_', position, member(target, 'hasValue', position), wrap(bound(name, member(target, 'value', position), body, position), position), callOf('optional.none', position));
};

const bind: Macro = ({ target, args: [variable, value, body], position }, issues) => {
  if (target.kind !== 'ident' || target.name !== 'cel' || !value || !body) return undefined;
  const name = nameOf(variable, issues);
  return name === undefined ? bool(false, position) : bound(name, value, body, position);
};

const SORT_INPUT = '@__sortBy_input__';

/** The list is found once: its elements are sorted by what they are mapped to. */
const sortBy: Macro = ({ target, args, position }, issues) => {
  const input = ident(SORT_INPUT, position);
  const keys = folded(map, 1)({ target: input, args, position }, issues);
  return keys && bound(SORT_INPUT, target, { kind: 'call', target: input, function: '@sortByAssociatedKeys', args: [keys], position }, position);
};

/** By name and number of arguments: 'all/2'. */
export const MACROS: Readonly<Record<string, Macro>> = {
  'all/2': folded(all, 1),
  'exists/2': folded(exists, 1),
  'exists_one/2': folded(existsOne, 1),
  'map/2': folded(map, 1),
  'map/3': folded(map, 1),
  'filter/2': filter,
  'all/3': folded(all, 2),
  'exists/3': folded(exists, 2),
  'existsOne/3': folded(existsOne, 2),
  'exists_one/3': folded(existsOne, 2),
  'transformList/3': folded(map, 2),
  'transformList/4': folded(map, 2),
  'transformMap/3': transformMap(2),
  'transformMap/4': transformMap(2),
  'transformMapEntry/3': transformMapEntry,
  'transformMapEntry/4': transformMapEntry,
  'optMap/2': optionally((mapped, at) => callOf('optional.of', at, mapped)),
  'optFlatMap/2': optionally((mapped) => mapped),
  'sortBy/2': sortBy,
};

/** Of the bindings library, which not every environment has. */
export const BIND: Readonly<Record<string, Macro>> = { 'bind/3': bind };
