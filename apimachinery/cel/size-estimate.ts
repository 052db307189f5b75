/** Sizes and costs that are not known, between bounds, in 64 bits: what is more is the most. Behaves like upstream cel-go/checker/cost.go (SizeEstimate, CostEstimate). */

/** Of a size, or of a cost. */
export interface Estimate {
  readonly min: bigint;
  readonly max: bigint;
}

export const MOST = 2n ** 64n - 1n;
export const UNKNOWN: Estimate = { min: 0n, max: MOST };
export const NOTHING: Estimate = { min: 0n, max: 0n };
export const TRAVERSAL = 0.1;
export const PATTERN = 0.25;

export const fixed = (n: bigint): Estimate => ({ min: n, max: n });
export const ONE: Estimate = fixed(1n);

const capped = (n: bigint): bigint => (n > MOST ? MOST : n);
const scaled = (n: bigint, factor: number): bigint => {
  const product = Math.ceil(Number(n) * factor);
  return product >= 2 ** 64 ? MOST : BigInt(product);
};

export const add = (...all: readonly Estimate[]): Estimate => all.reduce((a, b) => ({ min: capped(a.min + b.min), max: capped(a.max + b.max) }), NOTHING);
export const multiply = (a: Estimate, b: Estimate): Estimate => ({ min: capped(a.min * b.min), max: capped(a.max * b.max) });
export const times = ({ min, max }: Estimate, factor: number): Estimate => ({ min: scaled(min, factor), max: scaled(max, factor) });
export const union = (a: Estimate, b: Estimate): Estimate => ({ min: a.min < b.min ? a.min : b.min, max: a.max > b.max ? a.max : b.max });
