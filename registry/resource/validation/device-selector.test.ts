import { describe, expect, it } from '@jest/globals';
import { Path } from '../../../apimachinery/validation/field.ts';
import { selectorErrors } from './device-selector.ts';

const detailsOf = (expression: string): string[] => selectorErrors(expression, Path.of('expression')).map(({ message }) => message);

describe('an expression that selects devices', () => {
  it.each([
    'device.driver == "a" && device.attributes["a.b"].cores > 5',
    'device.attributes["a.b"].all(x, device.attributes["a.b"].all(y, x != y))',
    'cel.bind(x, device.attributes["a.b"], x.a == x.b)',
    'device.capacity["a.b"].memory.compareTo(quantity("1Gi")) >= 0',
  ])('may be %s', (expression) => {
    expect(detailsOf(expression)).toEqual([]);
  });

  it('may not cost too much', () => {
    expect(detailsOf('device.attributes["a.b"].all(x, device.attributes["a.b"].all(y, device.attributes["a.b"].all(z, device.attributes["a.b"].all(w, x != y && z != w))))')).toEqual(['Forbidden: too complex, exceeds cost limit']);
  });

  it('may not hold a constant that does not convert', () => {
    expect(detailsOf('int("x") == 1')).toEqual([`Internal error: program instantiation failed: type conversion error from 'string' to 'int'`]);
  });
});
