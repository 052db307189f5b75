import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../../apimachinery/meta.ts';
import { FakeClock } from '../../component-base/clock.ts';
import { beforeDelete, deletionFinalizers, shouldDeleteDuringUpdate } from './before-delete.ts';
import type { RequestContext } from './context.ts';
import type { Strategy } from './definition.ts';
import type { DeleteRequest } from './store-interface.ts';

const graceful: Strategy = {
  checkGracefulDelete: (_obj, options) => {
    options.gracePeriodSeconds ??= 30;
    return true;
  },
};
const ctxAt = (clock: FakeClock): RequestContext => ({ clock }) as unknown as RequestContext;
const pod = (metadata: object = {}): Obj => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', namespace: 'b', uid: 'u', resourceVersion: '1', creationTimestamp: '', generation: 3, ...metadata } });
const run = (obj: Obj, request: Partial<DeleteRequest>, clock = new FakeClock(), strategy = graceful): string =>
  beforeDelete(strategy, obj, { dryRun: false, ...request }, request.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: request.gracePeriodSeconds }, ctxAt(clock), '');

describe('beforeDelete', () => {
  it('marks the object with the end of its grace and raises the generation', () => {
    const obj = pod();
    expect(run(obj, {})).toBe('graceful');
    expect(obj.metadata).toMatchObject({ deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30, generation: 4 });
  });

  it('takes a negative grace for one second', () => {
    const obj = pod();
    run(obj, { gracePeriodSeconds: -5 });
    expect(obj.metadata.deletionGracePeriodSeconds).toBe(1);
  });

  it('changes nothing when the second deletion is not shorter', () => {
    const obj = pod({ deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 });
    expect(run(obj, { gracePeriodSeconds: 30 })).toBe('pending');
    expect(run(obj, {})).toBe('pending');
    expect(obj.metadata.generation).toBe(3);
  });

  it('moves the end forward when the second deletion is shorter, but not into the past', () => {
    const clock = new FakeClock();
    clock.step(20_000);
    const obj = pod({ deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 });
    expect(run(obj, { gracePeriodSeconds: 25 }, clock)).toBe('graceful');
    expect(obj.metadata).toMatchObject({ deletionTimestamp: '2026-01-01T00:00:25Z', deletionGracePeriodSeconds: 25 });
    expect(run(obj, { gracePeriodSeconds: 5 }, clock)).toBe('graceful');
    expect(obj.metadata).toMatchObject({ deletionTimestamp: '2026-01-01T00:00:20Z', deletionGracePeriodSeconds: 1 });
  });

  it('deletes now what is deleted with a grace of zero already', () => {
    expect(run(pod({ deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 }), {})).toBe('now');
  });

  it('deletes now where the resource has no grace', () => {
    expect(run(pod(), {}, new FakeClock(), {})).toBe('now');
  });

  it('refuses a wrong uid in the words of the kind', () => {
    expect(() => run(pod(), { preconditions: { uid: 'other' } })).toThrow(
      'Operation cannot be fulfilled on Pod "a": the UID in the precondition (other) does not match the UID in record (u). The object might have been deleted and then recreated',
    );
  });
});

describe('deletionFinalizers', () => {
  const ctx = {} as RequestContext;
  const of = (finalizers: string[], request: Partial<DeleteRequest>, strategy: Strategy = {}): string[] | undefined => deletionFinalizers(strategy, finalizers, { dryRun: false, ...request }, ctx);
  const rows: readonly { readonly name: string; readonly have: string[]; readonly request: Partial<DeleteRequest>; readonly strategy?: Strategy; readonly want: string[] | undefined }[] = [
    { name: 'background changes nothing', have: ['a'], request: { propagationPolicy: 'Background' }, want: undefined },
    { name: 'foreground adds its finalizer', have: ['a'], request: { propagationPolicy: 'Foreground' }, want: ['a', 'foregroundDeletion'] },
    { name: 'orphan replaces foreground', have: ['foregroundDeletion'], request: { propagationPolicy: 'Orphan' }, want: ['orphan'] },
    { name: 'the object itself decides when the request is silent', have: ['foregroundDeletion'], request: {}, want: undefined },
    { name: 'the old boolean wins over the object', have: ['orphan'], request: { orphanDependents: false }, want: [] },
    { name: 'a resource may orphan by default', have: [], request: {}, strategy: { defaultGarbageCollectionPolicy: () => 'Orphan' }, want: ['orphan'] },
    { name: 'a resource without garbage collection ignores the request', have: [], request: { propagationPolicy: 'Foreground' }, strategy: { defaultGarbageCollectionPolicy: () => 'Unsupported' }, want: undefined },
  ];
  it.each(rows)('$name', ({ have, request, strategy, want }) => {
    expect(of(have, request, strategy)).toEqual(want);
  });
});

describe('shouldDeleteDuringUpdate', () => {
  it('removes an object whose last finalizer is gone once its grace is over', () => {
    const deleting = { deletionTimestamp: 't', deletionGracePeriodSeconds: 0, finalizers: ['a'] };
    expect(shouldDeleteDuringUpdate(pod(), pod(deleting))).toBe(true);
    expect(shouldDeleteDuringUpdate(pod({ finalizers: ['a'] }), pod(deleting))).toBe(false);
    expect(shouldDeleteDuringUpdate(pod(), pod({ ...deleting, deletionGracePeriodSeconds: 5 }))).toBe(false);
    expect(shouldDeleteDuringUpdate(pod(), pod())).toBe(false);
  });
});
