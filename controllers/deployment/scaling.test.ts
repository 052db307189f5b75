import { describe, expect, it } from '@jest/globals';
import { maxRevision, revisionAnnotations } from './annotations.ts';
import { currentSize, isScalingEvent, scaleCurrent, scaleDownOld, scaleToSize } from './scaling.ts';
import { sameTemplate, tellApart } from './sets.ts';
import type { Deployment, ReplicaSet, Scale } from './types.ts';

const deployment = (replicas: number, maxSurge: number | string = '25%', maxUnavailable: number | string = '25%', more: object = {}): Deployment =>
  ({ metadata: { name: 'web', namespace: 'a', annotations: {} }, spec: { replicas, strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } }, template: template('new'), ...more }, status: {} }) as unknown as Deployment;
const template = (image: string) => ({ metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image }] } });
const set = (name: string, replicas: number, available: number, annotations: Record<string, string> = {}, image = 'old'): ReplicaSet =>
  ({ metadata: { name, uid: name, creationTimestamp: `2026-01-01T00:00:0${name.length}Z`, annotations }, spec: { replicas, template: template(image) }, status: { replicas, availableReplicas: available } }) as unknown as ReplicaSet;
const text = (scales: readonly Scale[]): string => scales.map((s) => `${s.set.metadata.name}:${s.replicas}`).join(' ');

describe('a rolling update', () => {
  it.each([
    { name: 'makes the first set as large as may be', replicas: 3, total: 0, own: 0, want: 3 },
    { name: 'adds only the surge while old pods stand', replicas: 10, total: 10, own: 0, want: 3 },
    { name: 'adds nothing at the bound', replicas: 10, total: 13, own: 3, want: 3 },
    { name: 'never goes beyond the size', replicas: 3, total: 3, own: 2, want: 3 },
  ])('$name', ({ replicas, total, own, want }) => {
    expect(currentSize(deployment(replicas), total, own)).toBe(want);
  });

  it('goes up first, and down as far as enough pods stay available', () => {
    const d = deployment(10);
    const sets = { current: set('new', 3, 0, {}, 'new'), old: [set('o', 10, 10)] };
    expect(scaleCurrent(d, sets)).toBeUndefined();
    expect(text(scaleDownOld(d, sets))).toBe('o:8');
    expect(text(scaleDownOld(d, { ...sets, current: set('new', 3, 3, {}, 'new') }))).toBe('o:5');
  });

  it('drops pods that do not serve before others', () => {
    const sets = { current: set('new', 2, 2, {}, 'new'), old: [set('o', 3, 1), set('oo', 5, 5)] };
    expect(text(scaleDownOld(deployment(8, 2, 2), sets))).toBe('o:1 o:0 oo:4');
  });

  it('does nothing while nothing more may be missing', () => {
    expect(scaleDownOld(deployment(4, 1, 0), { current: set('new', 1, 0, {}, 'new'), old: [set('o', 4, 4)] })).toEqual([]);
  });
});

describe('a change of spec.replicas', () => {
  const sized = (n: number) => ({ 'deployment.kubernetes.io/desired-replicas': String(n), 'deployment.kubernetes.io/max-replicas': String(n) });

  it('is known by what the sets were last told', () => {
    const sets = { current: set('new', 3, 3, sized(3), 'new'), old: [] };
    expect(isScalingEvent(deployment(3), sets)).toBe(false);
    expect(isScalingEvent(deployment(5), sets)).toBe(true);
  });

  it('goes to the only set with pods', () => {
    expect(text(scaleToSize(deployment(5), { current: set('new', 3, 3, sized(3), 'new'), old: [set('o', 0, 0)] }))).toBe('new:5');
  });

  it('is shared in proportion amid a rollout, and what rounding leaves goes to the largest', () => {
    const d = deployment(20, 0, 5);
    const sets = { current: set('new', 4, 4, sized(10), 'new'), old: [set('o', 6, 6, sized(10))] };
    expect(text(scaleToSize(d, sets))).toBe('o:12 new:8');
  });

  it('empties old sets when the new one has all', () => {
    const sets = { current: set('new', 3, 3, sized(3), 'new'), old: [set('o', 2, 2, sized(3))] };
    expect(text(scaleToSize(deployment(3), sets))).toBe('o:0');
  });
});

describe('the sets of a Deployment', () => {
  it('are told apart by their templates, whatever their hash labels', () => {
    const hashed = { ...template('new'), metadata: { labels: { app: 'web', 'pod-template-hash': 'x' } } };
    expect(sameTemplate(hashed as never, template('new') as never)).toBe(true);
    const sets = tellApart(deployment(1), [set('aa', 1, 1, {}, 'new'), set('a', 1, 1, {}, 'new'), set('b', 1, 1)]);
    expect(sets.current?.metadata.name).toBe('a');
    expect(sets.old.map((s) => s.metadata.name)).toEqual(['b', 'aa']);
  });

  it('carry their revision, and remember earlier ones', () => {
    const d = deployment(1);
    const first = revisionAnnotations(d, {}, 1n);
    expect(first).toEqual({ 'deployment.kubernetes.io/revision': '1' });
    expect(revisionAnnotations(d, first, 1n)).toBe(first);
    expect(revisionAnnotations(d, first, 4n)).toEqual({ 'deployment.kubernetes.io/revision': '4', 'deployment.kubernetes.io/revision-history': '1' });
  });

  it('count revisions that are beyond what a double holds', () => {
    const old = { metadata: { name: 'old', annotations: { 'deployment.kubernetes.io/revision': '3546343826724305832' } } } as never;
    expect(String(maxRevision([old]) + 1n)).toBe('3546343826724305833');
  });
});
