import { describe, expect, it } from '@jest/globals';
import { reviewAnswer, reviewVersion } from './review.ts';

const review = (response: object, apiVersion = 'admission.k8s.io/v1'): object => ({ apiVersion, kind: 'AdmissionReview', response: { uid: 'u', allowed: true, ...response } });

describe('reviewVersion', () => {
  it('is the first known one', () => {
    expect(reviewVersion(['v2', 'v1beta1', 'v1'])).toBe('v1beta1');
    expect(reviewVersion(['v2'])).toBeUndefined();
  });
});

describe('reviewAnswer', () => {
  it.each([
    { name: 'no response', given: { apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview' }, want: 'webhook response was absent' },
    { name: 'another uid', given: review({ uid: 'v' }), want: 'expected response.uid="u", got "v"' },
    { name: 'another version', given: review({}, 'admission.k8s.io/v1beta1'), want: 'expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got admission.k8s.io/v1beta1, Kind=AdmissionReview' },
    { name: 'a patch without type', given: review({ patch: 'W10=' }), want: 'webhook returned response.patch but not response.patchType' },
    { name: 'a type without patch', given: review({ patchType: 'JSONPatch' }), want: 'webhook returned response.patchType but not response.patch' },
  ])('refuses $name', ({ given, want }) => {
    expect(() => reviewAnswer('v1', 'u', true, given)).toThrow(want);
  });

  it('takes a patch of v1beta1 for a JSON patch, whatever else is missing', () => {
    expect(reviewAnswer('v1beta1', 'u', true, { response: { uid: '', allowed: true, patch: 'W10=' } })).toMatchObject({ allowed: true, patchType: 'JSONPatch' });
  });
});
