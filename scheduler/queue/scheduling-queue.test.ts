import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import fit from '../plugins/node-resources-fit.ts';
import nodeName from '../plugins/node-name.ts';
import gates from '../plugins/scheduling-gates.ts';
import { testPod } from '../testing/fixtures.ts';
import { backoffOf, MAX_UNSCHEDULABLE, SchedulingQueue } from './scheduling-queue.ts';

let clock: FakeClock;
let queue: SchedulingQueue;
let active: number;
beforeEach(() => {
  clock = new FakeClock(0);
  active = 0;
  queue = new SchedulingQueue({ clock, plugins: [gates, fit, nodeName], onActive: () => active++ });
});
const FIT = new Set(['NodeResourcesFit']);
const popped = (): string | undefined => queue.pop()?.info.pod.metadata.name;

/** Takes the only active pod and says that it does not fit. */
function failOnce(rejectedBy: ReadonlySet<string> = FIT): void {
  const pod = queue.pop();
  if (!pod) throw new Error('no pod is active');
  queue.reject(pod, rejectedBy);
}

describe('SchedulingQueue', () => {
  it('gives pods out by priority, then in the order they came', () => {
    queue.add(testPod('a'));
    clock.step(1);
    queue.add(testPod('b', { priority: 10 }));
    clock.step(1);
    queue.add(testPod('c'));
    expect([popped(), popped(), popped(), popped()]).toEqual(['b', 'a', 'c', undefined]);
  });

  it('leaves a rejected pod alone until a change that its plug-ins care for', () => {
    queue.add(testPod('a'));
    failOnce();
    clock.step(60_000);
    queue.move({ resource: 'PersistentVolume', action: 'Add' });
    expect(popped()).toBeUndefined();
    queue.move({ resource: 'AssignedPod', action: 'Delete' });
    expect(popped()).toBe('a');
  });

  it('waits for the end of the back-off after such a change', () => {
    queue.add(testPod('a'));
    failOnce();
    queue.move({ resource: 'Node', action: 'Add' });
    expect(popped()).toBeUndefined();
    clock.step(1000);
    expect(popped()).toBe('a');
  });

  it('does not miss a change that comes while the pod is being tried', () => {
    queue.add(testPod('a'));
    const pod = queue.pop();
    if (!pod) throw new Error('no pod is active');
    queue.move({ resource: 'Node', action: 'Add' });
    queue.reject(pod, FIT);
    expect(queue.sizes).toMatchObject({ backoff: 1, unschedulable: 0 });
  });

  it('tries a pod again after an error without waiting for a change', () => {
    queue.add(testPod('a'));
    failOnce(new Set());
    clock.step(1000);
    expect(popped()).toBe('a');
  });

  it('tries every pod again when it has waited for too long', () => {
    queue.add(testPod('a'));
    failOnce();
    clock.step(MAX_UNSCHEDULABLE);
    expect(popped()).toBe('a');
  });

  it('keeps a gated pod until its gates are gone', () => {
    const gated = testPod('a', { schedulingGates: [{ name: 'g' }] });
    queue.add(gated);
    expect(popped()).toBeUndefined();
    queue.update(gated, testPod('a'));
    expect(popped()).toBe('a');
  });

  it('forgets a deleted pod wherever it is, even while it is being tried', () => {
    queue.add(testPod('a'));
    const pod = queue.pop();
    queue.delete('uid-a');
    if (pod) queue.reject(pod, FIT);
    expect(queue.sizes).toEqual({ active: 0, backoff: 0, unschedulable: 0, gated: 0 });
  });

  it('does not come back for a change of status alone', () => {
    const pod = testPod('a');
    queue.add(pod);
    failOnce();
    clock.step(60_000);
    queue.update(pod, { ...pod, status: { ...pod.status, phase: 'Pending' } });
    expect(popped()).toBeUndefined();
    queue.update(pod, testPod('a', { tolerations: [{ operator: 'Exists' }] }));
    expect(popped()).toBe('a');
  });

  it('has no timer armed while nothing waits', () => {
    queue.add(testPod('a'));
    popped();
    queue.done('uid-a');
    expect(clock.waiters).toBe(0);
    expect(active).toBe(1);
  });
});

describe('backoffOf', () => {
  it('doubles from one second to ten', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map(backoffOf)).toEqual([0, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });
});
