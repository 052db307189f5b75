import { describe, expect, it } from '@jest/globals';
import { apiApproval, APPROVAL_ANNOTATION } from './api-approval.ts';

describe('the approval of an API', () => {
  it('is asked of groups of the community alone', () => {
    expect(apiApproval('example.com')).toBeUndefined();
    expect(apiApproval('notk8s.io')).toBeUndefined();
    expect(apiApproval('x.k8s.io')?.state).toBe('missing');
    expect(apiApproval('kubernetes.io')?.state).toBe('missing');
  });

  it.each([
    ['unapproved, testing', 'bypassed', 'not approved: "unapproved, testing"'],
    ['https://github.com/kubernetes/kubernetes/pull/2', 'approved', 'approved in https://github.com/kubernetes/kubernetes/pull/2'],
    ['soon', 'invalid', `protected groups must have approval annotation "${APPROVAL_ANNOTATION}" with either a URL or a reason starting with "unapproved", see https://github.com/kubernetes/enhancements/pull/1111`],
  ])('%s', (text, state, reason) => {
    expect(apiApproval('x.k8s.io', { [APPROVAL_ANNOTATION]: text })).toEqual({ state, reason });
  });
});
