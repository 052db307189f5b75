import { describe, expect, it } from '@jest/globals';
import { alwaysAllow, alwaysDeny, privilegedGroup } from './always.ts';
import type { AuthorizationAttributes, Authorizer } from './interface.ts';
import { unionOfAuthorizers } from './union.ts';

const attributes: AuthorizationAttributes = {
  user: { name: 'x', uid: '', groups: ['g'], extra: {} },
  verb: 'get',
  isResourceRequest: false,
  namespace: '',
  apiGroup: '',
  apiVersion: '',
  resource: '',
  subresource: '',
  name: '',
  path: '/x',
};
const says = (decision: 'allow' | 'deny' | 'no-opinion', reason: string): Authorizer => ({ name: reason, authorize: () => ({ decision, reason }) });

describe('unionOfAuthorizers', () => {
  it('ends at the first that decides', async () => {
    expect(await unionOfAuthorizers([says('no-opinion', 'a'), says('deny', 'b'), alwaysAllow]).authorize(attributes)).toMatchObject({ decision: 'deny', reason: 'b' });
  });

  it('joins the reasons when none decides', async () => {
    expect(await unionOfAuthorizers([says('no-opinion', 'a'), alwaysDeny]).authorize(attributes)).toEqual({ decision: 'no-opinion', reason: 'a\nEverything is forbidden.' });
  });

  it('answers at once while every authoriser does', () => {
    expect(unionOfAuthorizers([privilegedGroup('g')]).authorize(attributes)).toMatchObject({ decision: 'allow' });
  });

  it('waits for one that takes its time', async () => {
    const slow: Authorizer = { name: 'slow', authorize: () => Promise.resolve({ decision: 'no-opinion', reason: '' }) };
    expect(await unionOfAuthorizers([slow, alwaysAllow]).authorize(attributes)).toMatchObject({ decision: 'allow' });
  });
});
