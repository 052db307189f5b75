/** Parts of a plan, as ./program.ts makes them of expressions. */
import type { Attribute } from './attributes.ts';
import { spend, type State, type Step } from './state.ts';
import { isFailure, type Result, type Value } from './values.ts';

export interface Node {
  /** Known beforehand: it costs nothing. */
  readonly value?: Value;
  /** Of which more may be selected. */
  readonly attribute?: Attribute;
  readonly step?: Step;
  readonly isTest?: boolean;
}

export const constant = (value: Value): Node => ({ value });

/** Evaluates a part and reckons its cost. */
export function stepOf({ value, step, attribute }: Node): Step {
  if (step) return step;
  if (value !== undefined) return () => value;
  if (!attribute) throw new Error('a part of a plan is nothing');
  return (state) => {
    const result = attribute.resolve(state);
    spend(state, attribute.cost);
    return result;
  };
}

/** For what needs no variables. */
export const nothing = (): State => ({ activation: new Map(), slots: [], cost: 0, limit: Infinity });

/** A list or map: made beforehand when all its parts are known. */
export function settled({ build, parts, cost }: { readonly build: Step; readonly parts: readonly Node[]; readonly cost: number }): Node {
  const made: Result | undefined = parts.every((part) => part.value !== undefined) ? build(nothing()) : undefined;
  if (made !== undefined && !isFailure(made)) return constant(made);
  return {
    step: (state) => {
      const result = build(state);
      spend(state, cost);
      return result;
    },
  };
}
