import { describe, expect, it } from '@jest/globals';
import { tokenFile } from './token-file.ts';

describe('tokenFile', () => {
  it('reads users, with groups between quotes', async () => {
    const tokens = tokenFile('t1,jane,u1,"a,b"\n\n# nobody\nt2,joe,u2\n');
    expect(await tokens.authenticateToken('t1', [])).toEqual({ user: { name: 'jane', uid: 'u1', groups: ['a', 'b'], extra: {} } });
    expect(await tokens.authenticateToken('t2', [])).toMatchObject({ user: { name: 'joe', groups: [] } });
    expect(await tokens.authenticateToken('t3', [])).toBeUndefined();
  });

  it('refuses lines that are too short or hold no token', () => {
    expect(() => tokenFile('t,jane')).toThrow('at least 3 columns');
    expect(() => tokenFile(',jane,u')).toThrow('empty token');
  });
});
