import { describe, expect, it } from '@jest/globals';
import { claimFrees, podFrees } from './freed.ts';

const pod = (spec: object, status: object = {}): never => ({ spec, status }) as never;

describe('podFrees', () => {
  it.each([
    { name: 'nothing of interest', old: pod({}), now: pod({ nodeName: 'n' }, { phase: 'Running' }), want: false },
    { name: 'its end', old: pod({}), now: pod({}, { phase: 'Succeeded' }), want: true },
    { name: 'a deadline that it got', old: pod({}), now: pod({ activeDeadlineSeconds: 0 }), want: true },
    { name: 'its start', old: pod({}), now: pod({}, { containerStatuses: [{ name: 'c', resources: { requests: { cpu: '1' } } }] }), want: false },
    { name: 'a resize', old: pod({}, { containerStatuses: [{ name: 'c', resources: { requests: { cpu: '2' } } }] }), now: pod({}, { containerStatuses: [{ name: 'c', resources: { requests: { cpu: '1' } } }] }), want: true },
  ])('tells of $name: $want', ({ old, now, want }) => {
    expect(podFrees(now, old)).toBe(want);
  });
});

describe('claimFrees', () => {
  const claim = (spec: object, status: object = {}): never => ({ spec, status }) as never;

  it.each([
    { name: 'being bound', old: claim({}), now: claim({ volumeName: 'v' }, { phase: 'Bound' }), want: false },
    { name: 'its size', old: claim({ resources: { requests: { storage: '1Gi' } } }), now: claim({ resources: { requests: { storage: '2Gi' } } }), want: true },
    { name: 'another class', old: claim({ volumeAttributesClassName: 'a' }), now: claim({ volumeAttributesClassName: 'b' }), want: true },
    { name: 'a class that is reached', old: claim({ volumeAttributesClassName: 'a' }), now: claim({ volumeAttributesClassName: 'a' }, { currentVolumeAttributesClassName: 'a' }), want: false },
  ])('tells of $name: $want', ({ old, now, want }) => {
    expect(claimFrees(now, old)).toBe(want);
  });
});
