import { describe, expect, it } from '@jest/globals';
import { warningHeaders } from './warning-headers.ts';

describe('warningHeaders', () => {
  it('quotes each text behind the code', () => {
    expect(warningHeaders(['say "no"', 'b\\c'])).toEqual(['299 - "say \\"no\\""', '299 - "b\\\\c"']);
  });

  it('leaves out texts with control characters', () => {
    expect(warningHeaders(['a\nb', 'c'])).toEqual(['299 - "c"']);
  });

  it('sends other letters as the octets of UTF-8', () => {
    expect(warningHeaders(['é'])).toEqual(['299 - "Ã©"']);
  });

  it('stops when all together would be too long', () => {
    const long = 'x'.repeat(3000);
    expect(warningHeaders([long, long])).toHaveLength(1);
  });
});
