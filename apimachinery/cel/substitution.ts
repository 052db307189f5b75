/** What type variables stand for while an expression is checked. Behaves like upstream cel-go/checker/types.go and mapping.go. */
import { DYN, variable, type CelType } from './types.ts';

const isDyn = (t: CelType): boolean => t.kind === 'dyn' || t.kind === 'error';
const isNullable = (t: CelType): boolean => t.kind === 'null' || t.kind === 'object' || t.kind === 'opaque';

export class Substitution {
  #bound: ReadonlyMap<string, CelType> = new Map();
  #count = 0;

  fresh(): CelType {
    return variable(this.#count++);
  }

  /** With variables replaced by what they stand for; `toDyn`: free ones by dyn. */
  resolve(type: CelType, toDyn = false): CelType {
    return resolveIn(this.#bound, type, toDyn);
  }

  /** Whether a value of type `from` may be used as `to`; what variables stand for is remembered if so. */
  assign(to: readonly CelType[], from: readonly CelType[]): boolean {
    const bound = new Map(this.#bound);
    if (to.length !== from.length || !to.every((t, i) => unify(bound, t, from[i] ?? DYN))) return false;
    this.#bound = bound;
    return true;
  }

  isAssignable(to: CelType, from: CelType): boolean {
    return this.assign([to], [from]);
  }
}

function resolveIn(bound: ReadonlyMap<string, CelType>, type: CelType, toDyn: boolean): CelType {
  if (type.kind === 'var') {
    const found = bound.get(type.name);
    if (found) return resolveIn(bound, found, toDyn);
    return toDyn ? DYN : type;
  }
  return type.params.length === 0 ? type : { ...type, params: type.params.map((p) => resolveIn(bound, p, toDyn)) };
}

/** What a variable already stands for becomes the more general of both. */
function widen(bound: Map<string, CelType>, variableType: CelType, type: CelType): boolean {
  const known = bound.get(variableType.name);
  if (!known) return bind(bound, variableType, resolveIn(bound, type, false));
  if (!unify(bound, known, type)) return false;
  const wider = isEqualOrLessSpecific(type, known) ? type : known;
  if (!occurs(variableType.name, resolveIn(bound, wider, false))) bound.set(variableType.name, wider);
  return true;
}

function unify(bound: Map<string, CelType>, a: CelType, b: CelType): boolean {
  if (a.kind === 'var' && b.kind !== 'var' && bound.has(a.name)) return widen(bound, a, b);
  if (b.kind === 'var' && a.kind !== 'var' && bound.has(b.name)) return widen(bound, b, a);
  const to = resolveIn(bound, a, false);
  const from = resolveIn(bound, b, false);
  if (to.kind === 'var') return bind(bound, to, from);
  if (from.kind === 'var') return bind(bound, from, to);
  if (isDyn(to) || isDyn(from)) return true;
  if (to.kind === 'null' || from.kind === 'null') return isNullable(to) && isNullable(from);
  return to.kind === from.kind && (to.kind === 'type' || (to.name === from.name && to.params.length === from.params.length && to.params.every((p, i) => unify(bound, p, from.params[i] ?? DYN))));
}

function bind(bound: Map<string, CelType>, to: CelType, type: CelType): boolean {
  if (type.kind === 'var' && type.name === to.name) return true;
  if (occurs(to.name, type)) return false;
  bound.set(to.name, type);
  return true;
}

function occurs(name: string, type: CelType): boolean {
  return (type.kind === 'var' && type.name === name) || type.params.some((p) => occurs(name, p));
}

/** Whether `a` says no more than `b`: the one that is kept when both are possible. */
export function isEqualOrLessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'var') return true;
  if (isDyn(b) || b.kind === 'var') return false;
  if (a.kind !== b.kind || a.name !== b.name) return a.kind === b.kind;
  return a.params.every((p, i) => isEqualOrLessSpecific(p, b.params[i] ?? DYN));
}
