import { describe, expect, it } from '@jest/globals';
import { decodeContinue, encodeContinue } from './continue-token.ts';

describe('continue tokens', () => {
  it('name the key behind the last item and the revision', () => {
    expect(decodeContinue(encodeContinue('default/web', 42))).toEqual({ start: 'default/web\u0000', revision: 42 });
  });

  it('are written as upstream writes them', () => {
    expect(atob(encodeContinue('b', 5))).toBe('{"v":"meta.k8s.io/v1","rv":5,"start":"b\\u0000"}');
  });

  const rows: readonly (readonly [token: string, want: string])[] = [
    ['!!', 'invalid continue token: continue key is not valid: illegal base64 data at input byte 0'],
    ['garbage', "invalid continue token: continue key is not valid: invalid character '\\u0081' looking for beginning of value"],
    [btoa('{"v":"x"}').replace(/=+$/, ''), 'invalid continue token: continue key is not valid: server does not recognize this encoded version x'],
    [btoa('{"v":"meta.k8s.io/v1","rv":0}').replace(/=+$/, ''), 'invalid continue token: continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)'],
    [btoa('{"v":"meta.k8s.io/v1","rv":1}').replace(/=+$/, ''), 'invalid continue token: continue key is not valid: encoded start key empty (version meta.k8s.io/v1)'],
    [btoa('{"v":"meta.k8s.io/v1","rv":1,"start":"../x"}').replace(/=+$/, ''), 'invalid continue token: continue key is not valid: ../x'],
  ];
  it.each(rows)('refuses %s', (token, want) => {
    expect(() => decodeContinue(token)).toThrow(want);
  });
});
