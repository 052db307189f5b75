import { describe, expect, it } from '@jest/globals';
import { newPodInfo } from '../framework/pod-info.ts';
import { asking, testNode } from '../testing/fixtures.ts';
import { SchedulerCache } from './cache.ts';

const cpu = (cache: SchedulerCache, node: string): number | undefined => cache.snapshot().get(node)?.requested.get('cpu');

describe('SchedulerCache', () => {
  it('counts an assumed pod at once and not twice when it is confirmed', () => {
    const cache = new SchedulerCache();
    cache.setNode(testNode('a'));
    const pod = asking('p', { cpu: '1' });
    cache.assume(newPodInfo(pod), 'a');
    expect(cpu(cache, 'a')).toBe(1000);
    cache.setPod(asking('p', { cpu: '1' }, { nodeName: 'a' }));
    expect(cpu(cache, 'a')).toBe(1000);
    expect(cache.isAssumed('uid-p')).toBe(false);
  });

  it('takes an assumption back, but never a confirmed pod', () => {
    const cache = new SchedulerCache();
    cache.setNode(testNode('a'));
    cache.assume(newPodInfo(asking('p', { cpu: '1' })), 'a');
    cache.forget('uid-p');
    expect(cpu(cache, 'a') ?? 0).toBe(0);
    cache.setPod(asking('q', { cpu: '1' }, { nodeName: 'a' }));
    cache.forget('uid-q');
    expect(cpu(cache, 'a')).toBe(1000);
  });

  it('keeps pods whose node comes later, or goes and comes back', () => {
    const cache = new SchedulerCache();
    cache.setPod(asking('p', { cpu: '1' }, { nodeName: 'a' }));
    cache.setNode(testNode('a'));
    expect(cpu(cache, 'a')).toBe(1000);
    cache.removeNode('a');
    cache.removePod('uid-p');
    cache.setNode(testNode('a'));
    expect(cpu(cache, 'a') ?? 0).toBe(0);
  });

  it('gives the same snapshot until something changes, and never changes one', () => {
    const cache = new SchedulerCache();
    cache.setNode(testNode('a'));
    const before = cache.snapshot();
    expect(cache.snapshot()).toBe(before);
    cache.setPod(asking('p', { cpu: '1' }, { nodeName: 'a' }));
    expect(before.get('a')?.pods).toHaveLength(0);
    expect(cache.snapshot().get('a')?.pods).toHaveLength(1);
  });
});
