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

function unify(bound: Map<string, CelType>, to: CelType, from: CelType): boolean {
  if (from.kind === 'var') {
    const outcome = stand(bound, to, from);
    if (outcome !== 'impossible') return outcome === 'yes';
  }
  if (to.kind === 'var') return stand(bound, from, to) === 'yes';
  if (isDyn(to) || isDyn(from)) return true;
  if (to.kind === 'null') return isNullable(from);
  if (from.kind === 'null') return isNullable(to);
  return to.kind === from.kind && (to.kind === 'type' || (to.name === from.name && to.params.length === from.params.length && to.params.every((p, i) => unify(bound, p, from.params[i] ?? DYN))));
}

/** Whether a variable may stand for a type; what it already stands for becomes the more general of both. 'no': it stands for another; 'impossible': the type holds the variable. */
function stand(bound: Map<string, CelType>, type: CelType, variableType: CelType): 'yes' | 'no' | 'impossible' {
  if (isExactly(type, variableType)) return 'yes';
  const known = bound.get(variableType.name);
  if (!known) {
    if (!isFreeOf(bound, variableType, type)) return 'impossible';
    bound.set(variableType.name, type);
    return 'yes';
  }
  if (isExactly(type, known)) return 'yes';
  if (!unify(bound, type, known)) return 'no';
  const wider = isEqualOrLessSpecific(type, known) ? type : known;
  if (isFreeOf(bound, variableType, wider)) bound.set(variableType.name, wider);
  return 'yes';
}

export function isExactly(a: CelType, b: CelType): boolean {
  return a.kind === b.kind && a.name === b.name && a.params.length === b.params.length && a.params.every((p, i) => isExactly(p, b.params[i] ?? DYN));
}

/** Whether the type does not hold the variable, whatever other variables stand for. */
function isFreeOf(bound: ReadonlyMap<string, CelType>, variableType: CelType, type: CelType): boolean {
  if (isExactly(variableType, type)) return false;
  if (type.kind !== 'var') return type.params.every((p) => isFreeOf(bound, variableType, p));
  const known = bound.get(type.name);
  return !known || isFreeOf(bound, variableType, known);
}

/** Whether `a` says no more than `b`: the one that is kept when both are possible. */
export function isEqualOrLessSpecific(a: CelType, b: CelType): boolean {
  if (isDyn(a) || a.kind === 'var') return true;
  if (isDyn(b) || b.kind === 'var') return false;
  if (a.kind !== b.kind || a.name !== b.name) return a.kind === b.kind;
  return a.params.every((p, i) => isEqualOrLessSpecific(p, b.params[i] ?? DYN));
}
