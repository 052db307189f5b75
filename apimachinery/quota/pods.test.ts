import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../meta.ts';
import { podEvaluator } from './pods.ts';
import { formatResourceList } from './resource-list.ts';

const pod = (spec: object, more: object = {}): Obj => ({ kind: 'Pod', apiVersion: 'v1', metadata: { name: 'p' }, spec, ...more }) as unknown as Obj;
const container = (name: string, requests: Record<string, string>, more: object = {}): object => ({ name, resources: { requests }, ...more });
const used = (obj: Obj): Record<string, string> => formatResourceList(podEvaluator.usage(obj, 0));

describe('podEvaluator', () => {
  it('adds containers, takes the larger of init containers, and counts sidecars', () => {
    const obj = pod({
      containers: [container('a', { cpu: '100m' }), container('b', { cpu: '200m' })],
      initContainers: [container('side', { cpu: '50m' }, { restartPolicy: 'Always' }), container('init', { cpu: '600m' })],
    });
    expect(used(obj)).toMatchObject({ pods: '1', 'count/pods': '1', cpu: '650m', 'requests.cpu': '650m' });
  });

  it('charges overhead, and resources of the whole pod instead of those of containers', () => {
    const obj = pod({ containers: [container('a', { cpu: '1' })], resources: { requests: { cpu: '2' } }, overhead: { cpu: '100m' } });
    expect(used(obj)).toMatchObject({ cpu: '2100m' });
  });

  it('only counts pods that ended', () => {
    expect(used(pod({ containers: [container('a', { cpu: '1' })] }, { status: { phase: 'Succeeded' } }))).toEqual({ 'count/pods': '1' });
  });

  it('demands compute resources that a quota limits', () => {
    const obj = pod({ containers: [container('a', { cpu: '1' }), container('b', {})] });
    expect(podEvaluator.constraint?.(['requests.cpu', 'limits.memory', 'pods'], obj)).toBe('must specify limits.memory for: a,b; requests.cpu for: b');
  });

  it('measures extended resources and huge pages under requests', () => {
    const obj = pod({ containers: [container('a', { 'example.com/gpu': '2', 'hugepages-2Mi': '4Mi' })] });
    expect(used(obj)).toMatchObject({ 'requests.example.com/gpu': '2', 'hugepages-2Mi': '4Mi', 'requests.hugepages-2Mi': '4Mi' });
    expect(podEvaluator.matchingResources(['requests.example.com/gpu', 'services', 'cpu'])).toEqual(['cpu', 'requests.example.com/gpu']);
  });

  it('knows scopes', () => {
    const scope = (scopeName: string, obj: Obj): boolean => podEvaluator.matchesScope({ scopeName, operator: 'Exists' }, obj);
    const plain = pod({ containers: [container('a', {})] });
    expect([scope('BestEffort', plain), scope('NotTerminating', plain), scope('PriorityClass', plain)]).toEqual([true, true, false]);
    expect(podEvaluator.matchesScope({ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }, pod({ containers: [], priorityClassName: 'high' }))).toBe(true);
  });
});
