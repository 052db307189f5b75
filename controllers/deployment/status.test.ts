import { describe, expect, it } from '@jest/globals';
import { deadlineCheck, rolloutStatus } from './status.ts';
import type { Deployment, DeploymentStatus, ReplicaSet } from './types.ts';

const NOW = Date.UTC(2026, 0, 1);
const deployment = (status: object = {}): Deployment =>
  ({ metadata: { name: 'web', generation: 2 }, spec: { replicas: 2, progressDeadlineSeconds: 60, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } } }, status }) as unknown as Deployment;
const set = (name: string, status: object): ReplicaSet => ({ metadata: { name }, spec: { replicas: 2 }, status: { terminatingReplicas: 0, ...status } }) as unknown as ReplicaSet;
const reasons = (status: DeploymentStatus): string[] => (status.conditions ?? []).map((c) => `${c.type}=${c.status} ${c.reason}`);
const progressing = (reason: string, ago: number, status = 'True') => ({ type: 'Progressing', status, reason, lastUpdateTime: new Date(NOW - ago).toISOString(), lastTransitionTime: new Date(NOW - ago).toISOString() });

describe('rolloutStatus', () => {
  it('adds up its sets and says when all is done', () => {
    const d = deployment({ conditions: [progressing('ReplicaSetUpdated', 1000)] });
    const status = rolloutStatus(d, { current: set('web-x', { replicas: 2, readyReplicas: 2, availableReplicas: 2 }), old: [] }, NOW);
    expect(status).toMatchObject({ observedGeneration: 2, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2, unavailableReplicas: 0, terminatingReplicas: 0 });
    expect(reasons(status)).toEqual(['Available=True MinimumReplicasAvailable', 'Progressing=True NewReplicaSetAvailable']);
    expect(status.conditions?.[1]?.message).toBe('ReplicaSet "web-x" has successfully progressed.');
  });

  it('renews the time of progress with each step forward', () => {
    const d = deployment({ replicas: 1, updatedReplicas: 1, conditions: [progressing('ReplicaSetUpdated', 50_000)] });
    const status = rolloutStatus(d, { current: set('web-x', { replicas: 2 }), old: [] }, NOW);
    expect(status.conditions?.find((c) => c.type === 'Progressing')?.lastUpdateTime).toBe('2026-01-01T00:00:00Z');
  });

  it('gives up after the deadline without progress', () => {
    const stuck = { replicas: 2, updatedReplicas: 2, conditions: [progressing('ReplicaSetUpdated', 61_000)] };
    const sets = { current: set('web-x', { replicas: 2 }), old: [] };
    expect(reasons(rolloutStatus(deployment(stuck), sets, NOW))).toContain('Progressing=False ProgressDeadlineExceeded');
    const early = { ...stuck, conditions: [progressing('ReplicaSetUpdated', 59_000)] };
    expect(reasons(rolloutStatus(deployment(early), sets, NOW))).toContain('Progressing=True ReplicaSetUpdated');
    expect(deadlineCheck(deployment(early), { replicas: 2 }, NOW)).toBe(2000);
  });

  it('passes on why pods cannot be created', () => {
    const failing = set('web-x', { replicas: 0, conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota', lastTransitionTime: '2026-01-01T00:00:00Z' }] });
    expect(reasons(rolloutStatus(deployment(), { current: failing, old: [] }, NOW))).toContain('ReplicaFailure=True FailedCreate');
  });
});
