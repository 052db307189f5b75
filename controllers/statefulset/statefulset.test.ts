import { describe, expect, it } from '@jest/globals';
import type { Pod } from '../pods/conditions.ts';
import { ownersByPolicy } from './claims.ts';
import { claimName, isInRange, newPod, ordinalOf, type StatefulSet } from './identity.ts';
import { completed, statusOf } from './status.ts';

const set = (spec: object = {}): StatefulSet => ({ metadata: { name: 'db', namespace: 'a', uid: 'set' }, spec: { replicas: 2, serviceName: 'svc', selector: { matchLabels: { app: 'db' } }, updateStrategy: { type: 'RollingUpdate' }, ...spec } }) as unknown as StatefulSet;
const pod = (name: string, revision = 'new', ready = true): Pod => ({ metadata: { name, uid: name, labels: { 'controller-revision-hash': revision } }, status: { phase: 'Running', conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }] } }) as unknown as Pod;
const template = { metadata: { labels: { app: 'db' } }, spec: { containers: [], volumes: [{ name: 'data', emptyDir: {} }, { name: 'tmp', emptyDir: {} }] } } as never;

describe('the pods of a StatefulSet', () => {
  it('are known by their ordinals', () => {
    expect([ordinalOf(set(), pod('db-3')), ordinalOf(set(), pod('db-x')), ordinalOf(set(), pod('other-db-1'))]).toEqual([3, undefined, undefined]);
    expect([1, 2, 4, 5].map((i) => isInRange(set({ ordinals: { start: 2 } }), i))).toEqual([false, true, false, false]);
  });

  it('have names, hosts and claims of their own', () => {
    const made = newPod(set({ volumeClaimTemplates: [{ metadata: { name: 'data' } }] }), template, 'db-abc', 1);
    expect(made.metadata).toMatchObject({ name: 'db-1', labels: { app: 'db', 'statefulset.kubernetes.io/pod-name': 'db-1', 'apps.kubernetes.io/pod-index': '1', 'controller-revision-hash': 'db-abc' } });
    expect(made.spec).toMatchObject({ hostname: 'db-1', subdomain: 'svc' });
    expect(made.spec?.volumes).toEqual([{ name: 'data', persistentVolumeClaim: { claimName: 'data-db-1' } }, { name: 'tmp', emptyDir: {} }]);
    expect(claimName(set(), 'data', 1)).toBe('data-db-1');
  });
});

describe('the owners of a claim', () => {
  const kinds = (whenDeleted: string, whenScaled: string, ordinal: number): string[] =>
    ownersByPolicy(set({ persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled } }), pod(`db-${ordinal}`), ordinal, []).map((ref) => ref.kind);
  it.each([
    { whenDeleted: 'Retain', whenScaled: 'Retain', inside: [], beyond: [] },
    { whenDeleted: 'Delete', whenScaled: 'Retain', inside: ['StatefulSet'], beyond: ['StatefulSet'] },
    { whenDeleted: 'Retain', whenScaled: 'Delete', inside: [], beyond: ['Pod'] },
    { whenDeleted: 'Delete', whenScaled: 'Delete', inside: ['StatefulSet'], beyond: ['Pod'] },
  ])('follow whenDeleted=$whenDeleted, whenScaled=$whenScaled', ({ whenDeleted, whenScaled, inside, beyond }) => {
    expect(kinds(whenDeleted, whenScaled, 1)).toEqual(inside);
    expect(kinds(whenDeleted, whenScaled, 2)).toEqual(beyond);
  });

  it('are left to another controller', () => {
    const other = { apiVersion: 'x/v1', kind: 'X', name: 'x', uid: 'x', controller: true };
    expect(ownersByPolicy(set({ persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Delete' } }), undefined, 0, [other])).toEqual([other]);
  });
});

describe('the status of a StatefulSet', () => {
  const revisions = { current: 'old', update: 'new', collisionCount: 0 };
  it('counts by revision, and makes a finished rollout the current one', () => {
    const half = statusOf(set(), [pod('db-0', 'old'), pod('db-1', 'new', false)], revisions, 0);
    expect(half).toMatchObject({ replicas: 2, readyReplicas: 1, currentReplicas: 1, updatedReplicas: 1 });
    expect(completed(set(), half).currentRevision).toBe('old');
    const done = completed(set(), statusOf(set(), [pod('db-0'), pod('db-1')], revisions, 0));
    expect(done).toMatchObject({ currentRevision: 'new', updateRevision: 'new', currentReplicas: 2 });
  });
});
