import { describe, expect, it } from '@jest/globals';
import type * as core from '../../apimachinery/types/core.gen.ts';
import { FakeClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import type { ContainerStatus } from '../container/pod.ts';
import type { PodNetwork, StreamingService } from '../runtime/interface.ts';
import { container, newPod } from '../testing/pods.ts';
import { ProberManager } from './prober-manager.ts';
import { Prober } from './prober.ts';
import { ProbeResultsCache } from './results.ts';
import { httpProbeOf } from './targets.ts';

const settle = async (): Promise<void> => {
  for (let i = 0; i < 30; i++) await Promise.resolve();
};
const running = (clock: FakeClock, id = 'main-1'): ContainerStatus => ({ name: 'main', state: { running: { startedAt: new Date(clock.now()).toISOString() } }, lastState: {}, ready: false, restartCount: 0, image: '', imageID: '', containerID: `simulated://${id}` });

/** A container with these probes; `healthy` decides what HTTP answers. */
function start(probes: Partial<core.Container>) {
  const clock = new FakeClock();
  const events: string[] = [];
  let healthy = true;
  let asked = 0;
  const network: PodNetwork = {
    http: async () => (asked++, { status: healthy ? 200 : 503, body: '' }),
    tcp: async () => undefined,
    grpc: async () => 'SERVING',
    dial: () => Promise.reject(new Error('not used')),
  };
  const results = new ProbeResultsCache(() => undefined);
  const manager = new ProberManager({ clock, log: silentLog, results, prober: new Prober({} as StreamingService, network), podIP: () => '10.0.0.1', event: (_, __, reason, message) => events.push(`${reason}: ${message}`) });
  const pod = newPod({ spec: { containers: [container('main', probes)] } });
  manager.addPod(pod);
  const apply = async (status = running(clock)): Promise<ContainerStatus> => {
    manager.applyTo(pod, { regular: [status], init: [] });
    clock.step(0);
    await settle();
    return status;
  };
  const pass = async (seconds: number): Promise<void> => {
    for (let i = 0; i < seconds; i++) {
      clock.step(1000);
      await settle();
    }
  };
  return { clock, events, results, manager, pod, apply, pass, asked: () => asked, setHealthy: (h: boolean) => (healthy = h) };
}

const http: core.Probe = { httpGet: { port: 80 }, periodSeconds: 1, timeoutSeconds: 1, failureThreshold: 3, successThreshold: 1 };

describe('probes', () => {
  it('make a container ready at once, without waiting for the first period', async () => {
    const { clock, apply } = start({ readinessProbe: { ...http, periodSeconds: 60 } });
    const first = running(clock);
    await apply(first);
    expect(first.ready).toBe(false);
    expect((await apply()).ready).toBe(true);
  });

  it('wait for the initial delay', async () => {
    const { apply, pass, asked } = start({ readinessProbe: { ...http, initialDelaySeconds: 5 } });
    await apply();
    await pass(4);
    expect(asked()).toBe(0);
    await pass(1);
    expect(asked()).toBe(1);
  });

  it('fail only after as many failures as their threshold, each told as an event', async () => {
    const { apply, pass, results, events, setHealthy } = start({ livenessProbe: http });
    await apply();
    setHealthy(false);
    await pass(2);
    expect(results.get('liveness', 'main-1')).toBe('success');
    await pass(1);
    expect(results.get('liveness', 'main-1')).toBe('failure');
    expect(events).toEqual(Array.from({ length: 3 }, () => 'Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 503'));
  });

  it('rest after a container failed its liveness probe, until there is a new one', async () => {
    const { clock, apply, pass, asked, setHealthy } = start({ livenessProbe: { ...http, failureThreshold: 1 } });
    setHealthy(false);
    await apply();
    const before = asked();
    await pass(10);
    expect(asked()).toBe(before);
    setHealthy(true);
    await apply(running(clock, 'main-2'));
    expect(asked()).toBe(before + 1);
  });

  it('wait for the startup probe, which then rests', async () => {
    const { apply, pass, results, setHealthy } = start({ startupProbe: http, livenessProbe: http });
    setHealthy(false);
    expect((await apply()).started).toBe(false);
    setHealthy(true);
    await pass(1);
    expect(results.get('startup', 'main-1')).toBe('success');
    expect((await apply()).started).toBe(true);
  });

  it('need no timer when nothing runs, or when there is no probe', async () => {
    const { clock, apply } = start({ livenessProbe: http });
    await apply({ ...running(clock), state: { terminated: { exitCode: 0, startedAt: null, finishedAt: null } } });
    expect(clock.waiters).toBe(0);
    const none = start({});
    expect((await none.apply()).ready).toBe(true);
    expect(none.clock.waiters).toBe(0);
  });

  it('stop with the pod', async () => {
    const { clock, apply, manager, pod, results } = start({ livenessProbe: http, readinessProbe: http });
    await apply();
    manager.removePod(pod.metadata.uid);
    expect([clock.waiters, results.get('liveness', 'main-1')]).toEqual([0, undefined]);
  });
});

describe('httpProbeOf', () => {
  it('goes to the pod, by port name, with the headers of a kubelet', () => {
    const spec = container('main', { ports: [{ name: 'web', containerPort: 8080 }] });
    expect(httpProbeOf({ port: 'web', path: 'x', scheme: 'HTTPS', httpHeaders: [{ name: 'accept', value: '' }] }, spec, '10.0.0.1', 1000)).toEqual({
      scheme: 'https', host: '10.0.0.1', port: 8080, path: '/x', headers: [{ name: 'User-Agent', value: 'kube-probe/1.35' }], timeoutMs: 1000,
    });
  });
});
