import { describe, expect, it } from '@jest/globals';
import type { ResourceRequirements } from '../../../apimachinery/types/core.gen.ts';
import { container, podSpec } from '../testing/objects.ts';
import { podQOS, type QOSClass } from './qos.ts';

describe('podQOS', () => {
  const both = { cpu: '1', memory: '1Gi' };
  const rows: readonly (readonly [want: QOSClass, resources: ResourceRequirements])[] = [
    ['BestEffort', {}],
    ['BestEffort', { requests: { cpu: '0' } }],
    ['BestEffort', { requests: { 'example.com/gpu': '1' }, limits: { 'example.com/gpu': '1' } }],
    ['Burstable', { requests: { cpu: '1' } }],
    ['Burstable', { requests: { cpu: '500m', memory: '1Gi' }, limits: both }],
    ['Burstable', { limits: { cpu: '1' }, requests: { cpu: '1' } }],
    ['Guaranteed', { requests: both, limits: { cpu: '1000m', memory: '1024Mi' } }],
  ];
  it.each(rows)('is %s with %j', (want, resources) => {
    expect(podQOS(podSpec({ containers: [container({ resources })] }))).toBe(want);
  });

  it('looks at the resources of the whole pod, where it has some', () => {
    expect(podQOS(podSpec({ resources: { requests: both, limits: both } }))).toBe('Guaranteed');
  });
});
