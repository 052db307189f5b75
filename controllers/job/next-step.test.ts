import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../pods/conditions.ts';
import { nextRecord, remainingBackoff } from './backoff.ts';
import { firstPending, indexesText, parseIndexes } from './indexes.ts';
import { nextStep, tally, type Observed } from './next-step.ts';
import { countReleased, finished, track } from './status.ts';
import { TRACKING, type Job } from './types.ts';

const NOW = Date.UTC(2026, 0, 1);
const job = (spec: object, status: object = {}): Job => ({ metadata: { name: 'j', namespace: 'a' }, spec: { parallelism: 2, completions: 4, backoffLimit: 6, template: { spec: { restartPolicy: 'Never' } }, ...spec }, status }) as unknown as Job;
const pod = (uid: string, phase: string, more: { index?: number; code?: number; tracked?: boolean } = {}): Pod =>
  ({
    metadata: { name: uid, namespace: 'a', uid, creationTimestamp: '2026-01-01T00:00:00Z', finalizers: more.tracked === false ? [] : [TRACKING], ...(more.index !== undefined && { annotations: { 'batch.kubernetes.io/job-completion-index': String(more.index) } }) },
    spec: {},
    status: { phase, ...(more.code !== undefined && { containerStatuses: [{ name: 'c', restartCount: 0, state: { terminated: { exitCode: more.code, finishedAt: '2026-01-01T00:00:00Z' } } }] }) },
  }) as unknown as Pod;
const observe = (j: Job, pods: readonly Pod[], more: Partial<Observed> = {}): Observed => ({ job: j, pods, released: new Set(), backoff: { failures: 0 }, now: NOW, ...more });
const step = (o: Observed) => nextStep(o, tally(o), true);

describe('nextStep', () => {
  it('starts as many pods as may run at a time', () => {
    expect(step(observe(job({}), []))).toEqual({ do: 'create', count: 2 });
    expect(step(observe(job({}), [pod('a', 'Running')]))).toEqual({ do: 'create', count: 1 });
  });

  it('starts no more than are still wanted', () => {
    const o = observe(job({}, { succeeded: 3 }), []);
    expect(step(o)).toEqual({ do: 'create', count: 1 });
  });

  it('gives each pod of an Indexed Job the lowest free index', () => {
    const o = observe(job({ completionMode: 'Indexed', parallelism: 3 }, { completedIndexes: '0' }), [pod('b', 'Running', { index: 2 })]);
    expect(step(o)).toEqual({ do: 'create', count: 2, indexes: [1, 3] });
  });

  it('waits after a failure, twice as long each time', () => {
    const o = observe(job({}), [pod('a', 'Failed', { code: 1 })]);
    expect(step(o)).toEqual({ do: 'wait', ms: 10_000 });
    expect(step({ ...o, now: NOW + 10_001 })).toEqual({ do: 'create', count: 2 });
    expect(remainingBackoff(nextRecord({ failures: 2, last: NOW }, [], o.pods, NOW), NOW)).toBe(40_000);
  });

  it('fails beyond the back-off limit', () => {
    const o = observe(job({ backoffLimit: 0 }), [pod('a', 'Failed', { code: 1 })]);
    expect(step(o)).toMatchObject({ do: 'finish', condition: { type: 'FailureTarget', reason: 'BackoffLimitExceeded', message: 'Job has reached the specified backoff limit' } });
  });

  it('fails after its deadline', () => {
    const o = observe(job({ activeDeadlineSeconds: 5 }, { startTime: '2025-12-31T23:59:50Z' }), [pod('a', 'Running')]);
    expect(step(o)).toMatchObject({ do: 'finish', condition: { reason: 'DeadlineExceeded' } });
  });

  it('obeys a failure policy', () => {
    const policy = { rules: [{ action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } }, { action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }] };
    expect(step(observe(job({ podFailurePolicy: policy }), [pod('a', 'Failed', { code: 42 })]))).toMatchObject({ condition: { reason: 'PodFailurePolicy', message: 'Container c for pod a/a failed with exit code 42 matching FailJob rule at index 0' } });
    expect(tally(observe(job({ podFailurePolicy: policy }), [pod('a', 'Failed', { code: 1 })])).failed).toBe(0);
  });

  it('succeeds early by a success policy', () => {
    const o = observe(job({ completionMode: 'Indexed', successPolicy: { rules: [{ succeededIndexes: '0' }] } }), [pod('a', 'Succeeded', { index: 0 }), pod('b', 'Running', { index: 1 })]);
    expect(step(o)).toMatchObject({ do: 'finish', condition: { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message: 'Matched rules at index 0' } });
  });

  it('deletes the pods of a suspended Job, and those that are too many', () => {
    const pods = [pod('a', 'Running'), pod('b', 'Pending'), pod('c', 'Running')];
    expect(step(observe(job({ suspend: true }), pods))).toMatchObject({ do: 'delete', pods });
    expect(step(observe(job({}), pods))).toMatchObject({ do: 'delete', pods: [pods[1]] });
  });
});

describe('counting', () => {
  it('writes uids down first, and counts when the finalizers are off', () => {
    const o = observe(job({}), [pod('a', 'Succeeded'), pod('b', 'Failed', { code: 1 }), pod('c', 'Running')]);
    const tracking = track(o, tally(o), {}, undefined);
    expect(tracking.status).toMatchObject({ succeeded: 0, failed: 0, uncountedTerminatedPods: { succeeded: ['a'], failed: ['b'] } });
    expect(tracking.release.map((p) => p.metadata.uid)).toEqual(['a', 'b']);
    expect(countReleased(tracking.status, new Set(['c']))).toMatchObject({ succeeded: 1, failed: 1, uncountedTerminatedPods: {} });
  });

  it('finishes only when nothing is uncounted and nothing terminates', () => {
    const o = observe(job({ completions: 1 }), [pod('a', 'Succeeded')]);
    const done = { type: 'SuccessCriteriaMet', status: 'True', reason: 'CompletionsReached', message: 'm', lastProbeTime: null, lastTransitionTime: null } as never;
    const tracking = track(o, tally(o), {}, done);
    expect(finished(tracking.status, tracking.terminal)).toBeUndefined();
    const counted = countReleased(tracking.status, new Set());
    expect(finished({ ...counted, terminating: 1 }, tracking.terminal)).toBeUndefined();
    expect(finished(counted, tracking.terminal)?.conditions?.map((c) => c.type)).toEqual(['SuccessCriteriaMet', 'Complete']);
  });
});

describe('indexes', () => {
  it('are written as runs of three and more', () => {
    expect(indexesText([0, 1])).toBe('0,1');
    expect(indexesText([2, 0, 1, 5, 7, 8])).toBe('0-2,5,7,8');
  });

  it('are read below the completions', () => {
    expect([...parseIndexes('0-2,5,9', 6)]).toEqual([0, 1, 2, 5]);
    expect(firstPending(new Set([0, 2]), 2, 4)).toEqual([1, 3]);
  });
});
