import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import type { Pod } from '../container/pod.ts';
import { newPod } from '../testing/pods.ts';
import { PodWorker, type PodSyncer, type SyncOutcome, type WorkerState } from './pod-worker.ts';

const settle = async (): Promise<void> => {
  for (let i = 0; i < 50; i++) await Promise.resolve();
};
const deleting = (seconds: number): Pod => newPod({ metadata: { deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: seconds } });

function start(changes: Partial<PodSyncer> = {}) {
  const clock = new FakeClock();
  const steps: string[] = [];
  const states: WorkerState[] = [];
  const syncer: PodSyncer = {
    syncPod: async () => ({}),
    syncTerminatingPod: async () => undefined,
    syncTerminatedPod: async () => undefined,
    cleanUp: async () => undefined,
    ...changes,
  };
  const logged: PodSyncer = {
    syncPod: (pod) => (steps.push('sync'), syncer.syncPod(pod)),
    syncTerminatingPod: (pod, options) => (steps.push(`terminating ${options.gracePeriod}`), syncer.syncTerminatingPod(pod, options)),
    syncTerminatedPod: (pod) => (steps.push('terminated'), syncer.syncTerminatedPod(pod)),
    cleanUp: (pod) => (steps.push('clean up'), syncer.cleanUp(pod)),
  };
  const worker = new PodWorker(newPod(), { syncer: logged, clock, log: silentLog, signal: new AbortController().signal, onState: (s) => states.push(s) });
  return { clock, steps, states, worker };
}

describe('PodWorker', () => {
  it('takes a deleted pod through its whole life, in order', async () => {
    const { steps, states, worker } = start();
    worker.update(newPod());
    await settle();
    worker.update(deleting(30));
    await settle();
    worker.remove();
    await settle();
    expect(steps).toEqual(['sync', 'terminating 30', 'terminated', 'clean up']);
    expect(states).toEqual(['terminating', 'terminated', 'finished', 'finished']);
    expect(worker.isDone).toBe(true);
  });

  it('ends a pod that has come to its end by itself', async () => {
    const { steps, worker } = start({ syncPod: async (): Promise<SyncOutcome> => ({ isTerminal: true }) });
    worker.poke();
    await settle();
    expect(steps).toEqual(['sync', 'terminating undefined', 'terminated']);
  });

  it('never runs two steps at once, and runs once more for all that came meanwhile', async () => {
    let finish: (o: SyncOutcome) => void = () => undefined;
    const { steps, worker } = start({ syncPod: () => new Promise((resolve) => (finish = resolve)) });
    worker.poke();
    worker.poke();
    worker.poke();
    await settle();
    expect(steps).toEqual(['sync']);
    finish({});
    await settle();
    expect(steps).toEqual(['sync', 'sync']);
  });

  it('runs again when the step asks for it', async () => {
    const { clock, steps, worker } = start({ syncPod: async () => ({ retryAfterMs: 10_000 }) });
    worker.poke();
    await settle();
    clock.step(9_999);
    await settle();
    expect(steps).toHaveLength(1);
    clock.step(1);
    await settle();
    expect(steps).toHaveLength(2);
  });

  it('tries a failed step again, ever later', async () => {
    const { clock, steps, worker } = start({ syncTerminatingPod: async () => Promise.reject(new Error('cannot kill')) });
    worker.update(deleting(30));
    await settle();
    for (const ms of [1000, 2000, 4000]) {
      clock.step(ms);
      await settle();
    }
    expect(steps).toHaveLength(4);
    expect(worker.state).toBe('terminating');
  });

  it('interrupts a termination whose grace becomes shorter', async () => {
    const { steps, worker } = start({
      syncTerminatingPod: (_, { gracePeriod, signal }) => (gracePeriod === 1 ? Promise.resolve() : new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))),
    });
    worker.update(deleting(30));
    await settle();
    worker.update(deleting(1));
    await settle();
    expect(steps).toEqual(['terminating 30', 'terminating 1', 'terminated']);
  });
});
