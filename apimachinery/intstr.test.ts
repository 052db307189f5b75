import { describe, expect, it } from '@jest/globals';
import { getScaledValueFromIntOrPercent, intValue, parseIntOrString } from './intstr.ts';

describe('getScaledValueFromIntOrPercent', () => {
  it('takes numbers as they are and scales percentages up or down', () => {
    expect(getScaledValueFromIntOrPercent(3, 10, true)).toBe(3);
    expect(getScaledValueFromIntOrPercent('25%', 10, true)).toBe(3);
    expect(getScaledValueFromIntOrPercent('25%', 10, false)).toBe(2);
  });

  it('refuses other texts with upstream’s messages', () => {
    expect(() => getScaledValueFromIntOrPercent('3', 10, true)).toThrow(
      'invalid value for IntOrString: invalid type: string is not a percentage',
    );
    expect(() => getScaledValueFromIntOrPercent('x%', 10, true)).toThrow(
      'invalid value for IntOrString: invalid value "x%": strconv.Atoi: parsing "x": invalid syntax',
    );
    expect(() => getScaledValueFromIntOrPercent(undefined, 10, true)).toThrow('nil value for IntOrString');
  });
});

describe('parseIntOrString', () => {
  it('makes a number of what reads as an int32 only', () => {
    expect(parseIntOrString('80')).toBe(80);
    expect(parseIntOrString('99999999999')).toBe('99999999999');
    expect(parseIntOrString('http')).toBe('http');
    expect(intValue('http')).toBe(0);
  });
});
