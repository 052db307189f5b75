import { describe, expect, it } from '@jest/globals';
import type * as core from '../../apimachinery/types/core.gen.ts';
import { podMistakes, setDefaults } from './limits.ts';

const range = (item: Partial<core.LimitRangeItem>): core.LimitRange => ({ kind: 'LimitRange', apiVersion: 'v1', metadata: { name: 'l' }, spec: { limits: [{ type: 'Container', ...item }] } }) as unknown as core.LimitRange;
const pod = (resources: core.ResourceRequirements): core.Pod => ({ metadata: { name: 'p' }, spec: { containers: [{ name: 'c', resources }] } }) as unknown as core.Pod;

describe('podMistakes', () => {
  it('names requests and limits outside the range', () => {
    const mistakes = podMistakes(range({ min: { cpu: '200m' }, max: { cpu: '1' } }), pod({ requests: { cpu: '100m' }, limits: { cpu: '2' } }));
    expect(mistakes).toEqual(['minimum cpu usage per Container is 200m, but request is 100m', 'maximum cpu usage per Container is 1, but limit is 2']);
  });

  it('demands what a limit needs', () => {
    expect(podMistakes(range({ max: { memory: '1Gi' } }), pod({}))).toEqual(['maximum memory usage per Container is 1Gi.  No limit is specified']);
  });

  it('compares limits with requests', () => {
    expect(podMistakes(range({ maxLimitRequestRatio: { cpu: '2' } }), pod({ requests: { cpu: '100m' }, limits: { cpu: '300m' } }))).toEqual([
      'cpu max limit to request ratio per Container is 2, but provided ratio is 3.000000',
    ]);
  });
});

describe('setDefaults', () => {
  it('fills what is open and notes it', () => {
    const p = pod({ limits: { cpu: '1' } });
    setDefaults(range({ default: { cpu: '2', memory: '1Gi' }, defaultRequest: { cpu: '500m' } }), p);
    expect(p.spec.containers?.[0]?.resources).toEqual({ limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '500m' } });
    expect(p.metadata.annotations).toEqual({ 'kubernetes.io/limit-ranger': 'LimitRanger plugin set: cpu request for container c; memory limit for container c' });
  });
});
