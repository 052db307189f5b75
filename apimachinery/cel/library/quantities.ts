/** Quantities. Behaves like upstream apiserver/pkg/cel/library/quantity.go. */
import { parseQuantityText } from '../../quantity-text.ts';
import { NANO, Quantity } from '../../quantity.ts';
import { Failure, Opaque, type Result, type Value } from '../values.ts';
import { of, ofText, type Library } from './function.ts';

export class QuantityValue extends Opaque {
  readonly typeName = 'kubernetes.Quantity';
  readonly quantity: Quantity;
  /** Upstream's short form, an int64 and a power of ten, in which few questions have answers that differ. */
  readonly isShort: boolean;
  readonly #isSum: boolean;
  constructor(quantity: Quantity, isShort: boolean, isSum = false) {
    super();
    this.#isSum = isSum;
    this.quantity = quantity;
    this.isShort = isShort;
  }
  /** On the right of == upstream compares a sum with nothing. */
  override get isIncomparable(): boolean {
    return this.#isSum;
  }
  override equals(other: Opaque): boolean {
    return other instanceof QuantityValue && this.quantity.equal(other.quantity);
  }
}

const isInt64 = (n: bigint): boolean => BigInt.asIntN(64, n) === n;

export function quantityOf(text: string): QuantityValue | Failure {
  const parsed = parseQuantityText(text);
  return typeof parsed === 'string' ? new Failure(parsed) : new QuantityValue(new Quantity(parsed.unscaled, parsed.scale, parsed.format, parsed.text), parsed.isShort);
}

/** undefined: not known to be whole, or too large. */
function integer({ quantity: { unscaled, scale }, isShort }: QuantityValue): bigint | undefined {
  if (!isShort || scale < 0) return undefined;
  if (unscaled === 0n) return 0n;
  const n = scale > 20 ? undefined : unscaled * 10n ** BigInt(scale);
  return n !== undefined && isInt64(n) ? n : undefined;
}

/** In the steps that upstream takes, each of which rounds: its long form counts billionths. */
function approximate({ quantity: { unscaled, scale }, isShort }: QuantityValue): number {
  if (!isShort && scale > NANO) return Number(unscaled * 10n ** BigInt(scale - NANO)) * 1e-9;
  return Number(unscaled) * Number(`1e${scale}`);
}

const ofTwo = (f: (a: Quantity, b: Quantity) => Result): Library[string] => of(QuantityValue, (a, b) => (b instanceof QuantityValue ? f(a.quantity, b.quantity) : undefined));
const operand = (v: Value | undefined): QuantityValue | undefined => (v instanceof QuantityValue ? v : typeof v === 'bigint' ? new QuantityValue(new Quantity(v, 0, 'DecimalExponent'), true) : undefined);

const combined = (f: (a: Quantity, b: Quantity) => Quantity): Library[string] =>
  of(QuantityValue, (a, b) => {
    const other = operand(b);
    return other && new QuantityValue(f(a.quantity, other.quantity), staysShort(a, other, f(a.quantity, other.quantity)), true);
  });

function staysShort(a: QuantityValue, b: QuantityValue, sum: Quantity): boolean {
  if (a.quantity.isZero() || b.quantity.isZero()) return a.quantity.isZero() ? b.isShort : a.isShort;
  return a.isShort && b.isShort && [a, b].every(({ quantity: q }) => isInt64(q.unscaled * 10n ** BigInt(q.scale - sum.scale))) && isInt64(sum.unscaled);
}

export const QUANTITIES: Library = {
  quantity: ofText(quantityOf),
  isQuantity: ofText((text) => quantityOf(text) instanceof QuantityValue),
  sign: of(QuantityValue, (q) => BigInt(q.quantity.sign())),
  isInteger: of(QuantityValue, (q) => integer(q) !== undefined),
  asInteger: of(QuantityValue, (q) => integer(q) ?? new Failure('cannot convert value to integer')),
  asApproximateFloat: of(QuantityValue, (q) => approximate(q)),
  isGreaterThan: ofTwo((a, b) => a.cmp(b) > 0),
  isLessThan: ofTwo((a, b) => a.cmp(b) < 0),
  compareTo: ofTwo((a, b) => BigInt(a.cmp(b))),
  add: combined((a, b) => a.add(b)),
  sub: combined((a, b) => a.sub(b)),
};
