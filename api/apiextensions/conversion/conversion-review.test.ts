import { describe, expect, it } from '@jest/globals';
import { convertedObjects, reviewRequest, reviewVersion } from './conversion-review.ts';

const review = (response: object | undefined, apiVersion = 'apiextensions.k8s.io/v1'): object => ({ apiVersion, kind: 'ConversionReview', ...(response && { response: { uid: 'u', result: { status: 'Success' }, ...response } }) });

describe('reviewVersion', () => {
  it('is the first known one of those that the definition lists', () => {
    expect(reviewVersion(['v2', 'v1beta1', 'v1'])).toBe('v1beta1');
    expect(reviewVersion(['v2'])).toBeUndefined();
  });
});

describe('reviewRequest', () => {
  it('names the desired version of all objects, with an empty response as upstream sends it', () => {
    expect(reviewRequest('v1', 'u', [], 'g/v2')).toEqual({ kind: 'ConversionReview', apiVersion: 'apiextensions.k8s.io/v1', request: { uid: 'u', desiredAPIVersion: 'g/v2', objects: [] }, response: { uid: '', convertedObjects: null, result: { metadata: {} } } });
  });
});

describe('convertedObjects', () => {
  it.each([
    { name: 'no response', given: review(undefined), want: 'no response provided' },
    { name: 'another uid', given: review({ uid: 'v' }), want: 'expected response.uid="u", got "v"' },
    { name: 'another version', given: review({}, 'apiextensions.k8s.io/v1beta1'), want: 'expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got apiextensions.k8s.io/v1beta1, Kind=ConversionReview' },
    { name: 'nothing that says what it is', given: { response: { uid: 'u' } }, want: 'expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got /, Kind=' },
    { name: 'a failure that says why', given: review({ result: { status: 'Failure', message: 'no way' } }), want: 'no way' },
    { name: 'a failure that does not', given: review({ result: { status: 'Failure' } }), want: "response.result.status was 'Failure', not 'Success'" },
    { name: 'no result', given: review({ result: undefined }), want: "response.result.status was '', not 'Success'" },
  ])('refuses $name', ({ given, want }) => {
    expect(() => convertedObjects('v1', 'u', given)).toThrow(want);
  });

  it('takes v1beta1 for what was asked for, whoever it says it is and whomever it answers', () => {
    expect(convertedObjects('v1beta1', 'u', { response: { uid: '', result: { status: 'Success' }, convertedObjects: [1] } as never })).toEqual([1]);
  });
});
