/** What one evaluation keeps: its variables, and what it has cost. Shared by ./program.ts and ./attributes.ts. */
import type { Result } from './values.ts';

/** Variables by name: a value, or what finds it when it is asked for. */
export type Activation = ReadonlyMap<string, Result | (() => Result)>;

export interface State {
  readonly activation: Activation;
  /** Of the loops that run: their variables and results. */
  readonly slots: (Result | undefined)[];
  cost: number;
  readonly limit: number;
}

export type Step = (state: State) => Result;

/** Ends an evaluation. */
export class CostExceeded extends Error {
  constructor() {
    super('operation cancelled: actual cost limit exceeded');
  }
}

export function spend(state: State, cost: number): void {
  state.cost += cost;
  if (state.cost > state.limit) throw new CostExceeded();
}
