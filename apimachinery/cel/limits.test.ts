import { describe, expect, it } from '@jest/globals';
import { evaluate, untyped } from './testing/evaluate.ts';

const EXCEEDED = 'operation cancelled: actual cost limit exceeded';

describe('an evaluation', () => {
  it('ends where it costs more than it may', () => {
    const numbers = untyped({ l: Array.from({ length: 100 }, (_, i) => i) });
    expect(evaluate('object.l.all(x, x >= 0)', numbers, 503)).toEqual(['true', 503]);
    expect(evaluate('object.l.all(x, x >= 0)', numbers, 502)).toEqual([EXCEEDED, 503]);
  });

  it('makes no list that costs more than it may', () => {
    expect(evaluate('lists.range(1000000000).size() > 0', untyped({}))[0]).toBe(EXCEEDED);
  });

  it('makes no text that costs more than it may', () => {
    const texts = untyped({ s: 'x'.repeat(10_000) });
    expect(evaluate('object.s.split("").map(x, object.s).join("").size() > 0', texts)[0]).toBe(EXCEEDED);
  });

  it('fails where a text would be too long at whatever cost', () => {
    expect(evaluate('object.s.replace("", object.s)', untyped({ s: 'x'.repeat(100_000) }))).toEqual(['internal error: text too long', 20_004]);
  });

  it('takes time in proportion to the text, whatever the pattern', () => {
    expect(evaluate('object.s.matches("^(a+)+$")', untyped({ s: `${'a'.repeat(50_000)}b` }))[0]).toBe('false');
  });
});
