/** Quantities. Behaves like upstream apiserver/pkg/cel/library/quantity.go. */
import { parseQuantity, Quantity, QuantityError } from '../../quantity.ts';
import { Failure, Opaque, type Result, type Value } from '../values.ts';
import { of, ofText, type Library } from './function.ts';

export class QuantityValue extends Opaque {
  readonly typeName = 'kubernetes.Quantity';
  readonly quantity: Quantity;
  constructor(quantity: Quantity) {
    super();
    this.quantity = quantity;
  }
  override equals(other: Opaque): boolean {
    return other instanceof QuantityValue && this.quantity.equal(other.quantity);
  }
}

const MAX = 2n ** 63n - 1n;
const MIN = -(2n ** 63n);

function quantity(text: string): QuantityValue | Failure {
  try {
    return new QuantityValue(parseQuantity(text));
  } catch (error) {
    if (error instanceof QuantityError) return new Failure(error.message);
    throw error;
  }
}

/** undefined: not whole, or too large. */
function integer({ unscaled, scale }: Quantity): bigint | undefined {
  if (unscaled === 0n) return 0n;
  if (scale > 20) return undefined;
  const divisor = 10n ** BigInt(Math.max(0, -scale));
  if (unscaled % divisor !== 0n) return undefined;
  const n = scale >= 0 ? unscaled * 10n ** BigInt(scale) : unscaled / divisor;
  return n >= MIN && n <= MAX ? n : undefined;
}

const ofTwo = (f: (a: Quantity, b: Quantity) => Result): Library[string] => of(QuantityValue, (a, b) => (b instanceof QuantityValue ? f(a.quantity, b.quantity) : undefined));
const operand = (v: Value | undefined): Quantity | undefined => (v instanceof QuantityValue ? v.quantity : typeof v === 'bigint' ? new Quantity(v, 0, 'DecimalExponent') : undefined);

const combined = (f: (a: Quantity, b: Quantity) => Quantity): Library[string] =>
  of(QuantityValue, (a, b) => {
    const other = operand(b);
    return other && new QuantityValue(f(a.quantity, other));
  });

export const QUANTITIES: Library = {
  quantity: ofText(quantity),
  isQuantity: ofText((text) => quantity(text) instanceof QuantityValue),
  sign: of(QuantityValue, (q) => BigInt(q.quantity.sign())),
  isInteger: of(QuantityValue, (q) => integer(q.quantity) !== undefined),
  asInteger: of(QuantityValue, (q) => integer(q.quantity) ?? new Failure('cannot convert value to integer')),
  asApproximateFloat: of(QuantityValue, (q) => q.quantity.approximate()),
  isGreaterThan: ofTwo((a, b) => a.cmp(b) > 0),
  isLessThan: ofTwo((a, b) => a.cmp(b) < 0),
  compareTo: ofTwo((a, b) => BigInt(a.cmp(b))),
  add: combined((a, b) => a.add(b)),
  sub: combined((a, b) => a.sub(b)),
};
