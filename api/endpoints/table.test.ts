import { describe, expect, it } from '@jest/globals';
import type { Authenticated } from '../../registry/generic/context.ts';
import { tableOptions } from './table.ts';

const asked = (query: string): Authenticated => ({ info: { query: new URLSearchParams(query) } }) as unknown as Authenticated;

describe('the options of a table', () => {
  it.each(['', 'noHeaders=true', 'noHeaders=x'])('keep the headers whatever the query %j says', (query) => {
    expect(tableOptions(asked(query), 'v1')).toEqual({ includeObject: 'Metadata', noHeaders: false, version: 'v1' });
  });

  it('take the three words of includeObject and no other', () => {
    expect(['None', 'Metadata', 'Object'].map((word) => tableOptions(asked(`includeObject=${word}`), 'v1').includeObject)).toEqual(['None', 'Metadata', 'Object']);
    expect(() => tableOptions(asked('includeObject=x'), 'v1')).toThrow('must be');
  });
});
