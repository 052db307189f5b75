import { describe, expect, it } from '@jest/globals';
import { canonicalQuantity, newMilliQuantity, newQuantity, parseQuantity, QuantityError } from './quantity.ts';

describe('canonicalQuantity', () => {
  it.each([
    ['0', '0'],
    ['00', '0'],
    ['100m', '100m'],
    ['0.5', '500m'],
    ['1000m', '1'],
    ['1024Mi', '1Gi'],
    ['64Mi', '64Mi'],
    ['1500Mi', '1500Mi'],
    ['1.5Gi', '1536Mi'],
    ['1.500', '1.500'],
    ['1.', '1.'],
    ['+5', '+5'],
    ['05Gi', '05Gi'],
    ['1e3', '1e3'],
    ['1000e3', '1e6'],
    ['0.1Ki', '102400m'],
    ['0.0000000001', '1n'],
    ['1024Ei', '9223372036854775807'],
    ['-', '0'],
    ['m', '0'],
    [' 1 ', '1'],
    ['1e2147483648', '1e-9'],
    ['1e2000000000', '100e1999999998'],
  ])('prints %j as %j, as upstream does', (text, want) => {
    expect(canonicalQuantity(text)).toBe(want);
  });

  it('takes a JSON number as its text', () => {
    expect(canonicalQuantity(0.1)).toBe('100m');
    expect(canonicalQuantity(12345678901234567890n)).toBe('12345678901234567890');
  });

  it.each([
    ['', 'quantities must match the regular expression'],
    ['abc', 'quantities must match the regular expression'],
    ['1x', 'quantities must match the regular expression'],
    ['1ki', "unable to parse quantity's suffix"],
    ['1e', "unable to parse quantity's suffix"],
    ['.e-10', 'unable to parse numeric part of quantity'],
  ])('refuses %j with upstream’s message', (text, want) => {
    expect(() => canonicalQuantity(text)).toThrow(QuantityError);
    expect(() => canonicalQuantity(text)).toThrow(want);
  });

  it('is idempotent on what it prints', () => {
    for (const text of ['1.5Gi', '0.5', '1234567', '3.3Ti', '12e5', '99999999999999999999']) {
      const once = canonicalQuantity(text);
      expect(canonicalQuantity(once)).toBe(once);
    }
  });

  it('refuses a long text without backtracking', () => {
    expect(() => canonicalQuantity(`${'0'.repeat(1_000_000)}x`)).toThrow(QuantityError);
    expect(() => canonicalQuantity(`${'0'.repeat(19_000)}x`)).toThrow(QuantityError);
  });
});

describe('Quantity', () => {
  const q = parseQuantity;

  it('adds and subtracts exactly, in the format of the first operand that is not zero', () => {
    expect(q('100m').add(q('1')).toString()).toBe('1100m');
    expect(q('1Gi').add(q('512Mi')).toString()).toBe('1536Mi');
    expect(q('0').add(q('64Mi')).toString()).toBe('64Mi');
    expect(q('1Gi').sub(q('1Gi')).toString()).toBe('0');
    expect(q('0.1').add(q('0.2')).cmp(q('0.3'))).toBe(0);
  });

  it('compares across suffixes and wide exponents', () => {
    expect(q('1Ki').cmp(q('1k'))).toBe(1);
    expect(q('-1').cmp(q('1n'))).toBe(-1);
    expect(q('1e2000000000').cmp(q('1'))).toBe(1);
    expect(q('1000m').equal(q('1'))).toBe(true);
  });

  it('rounds values away from zero', () => {
    expect(q('1500m').value()).toBe(2);
    expect(q('1n').milliValue()).toBe(1);
    expect(q('-1500m').value()).toBe(-2);
    expect(q('1.0001').roundUp(-3).toString()).toBe('1001m');
    expect(newMilliQuantity(1500, 'DecimalSI').toString()).toBe('1500m');
    expect(newQuantity(2048, 'BinarySI').toString()).toBe('2Ki');
  });

  it('keeps values within int64', () => {
    expect(q('1e100').scaledValue(0)).toBe(9223372036854775807n);
    expect(q('-1e100').scaledValue(0)).toBe(-9223372036854775808n);
  });

  it('refuses to align exponents that would exhaust memory', () => {
    expect(() => q('1e2000000000').add(q('1'))).toThrow(QuantityError);
  });
});
