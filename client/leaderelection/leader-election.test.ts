import { describe, expect, it } from '@jest/globals';
import type { Handler, Received } from '../../apimachinery/http.ts';
import * as coordination from '../../apimachinery/types/coordination.gen.ts';
import { type Clock, FakeClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import { seededRand } from '../../component-base/rand.ts';
import { newClient } from '../rest.ts';
import { CollectionServer } from '../testing/collection-handler.ts';
import { newFailOverTransport } from '../transport/fail-over.ts';
import { newInProcessTransport } from '../transport/in-process.ts';
import { LeaderElector } from './leader-election.ts';
import { fencedHandler, leadInTerms } from './terms.ts';

function setUp() {
  const server = new CollectionServer();
  const clock = new FakeClock();
  const silent = new Set<string>();
  const clientOf = (identity: string) => newClient(newInProcessTransport({ handler: (request) => (silent.has(identity) ? new Promise(() => undefined) : server.handler(request)) }), clock);
  const client = clientOf('');
  const led: string[] = [];
  const options = (identity: string) => ({ client, clock, rand: seededRand(identity.length), log: silentLog, lease: { namespace: 'kube-system', name: 'l' }, identity });
  const start = (identity: string, releaseOnCancel = false, own: Clock = clock, through = clientOf(identity)) => {
    const stop = new AbortController();
    const elector = new LeaderElector({
      client: through,
      clock: own,
      rand: seededRand(identity.length),
      log: silentLog,
      lease: { namespace: 'kube-system', name: 'l' },
      identity,
      releaseOnCancel,
      lead: (signal) => {
        led.push(identity);
        return new Promise((resolve) => signal.addEventListener('abort', () => (led.push(`-${identity}`), resolve()), { once: true }));
      },
    });
    return { elector, stop, running: elector.run(stop.signal) };
  };
  const lease = () => (server.objects('leases')[0] as unknown as coordination.Lease | undefined)?.spec;
  /** The server under two addresses, the first of which answers while `answers` says so. */
  const twoAddresses = (answers: () => 'yes' | 'no' | 'not ready') => {
    const first: Handler<Received> = (request) => {
      if (answers() === 'no') return new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason as Error)));
      return answers() === 'yes' ? server.handler(request) : Promise.resolve({ status: 500, headers: {}, body: { kind: 'empty' } });
    };
    return newClient(newFailOverTransport([first, server.handler].map((handler) => newInProcessTransport({ handler })), { clock, log: silentLog }), clock);
  };
  return { server, clock, led, start, lease, options, silent, twoAddresses };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
async function pass(clock: FakeClock, seconds: number, step = 1000): Promise<void> {
  for (let i = 0; i < (seconds * 1000) / step; i++) {
    clock.step(step);
    for (let j = 0; j < 20; j++) await turn();
  }
}

describe('LeaderElector', () => {
  it('lets one lead, and the next when the lease was not renewed', async () => {
    const t = setUp();
    const first = t.start('one');
    await pass(t.clock, 1);
    const second = t.start('second');
    await pass(t.clock, 30);
    expect(t.led).toEqual(['one']);
    expect(t.lease()).toMatchObject({ holderIdentity: 'one', leaseDurationSeconds: 15, leaseTransitions: 0 });
    first.stop.abort();
    await first.running;
    await pass(t.clock, 25);
    expect(t.led).toEqual(['one', '-one', 'second']);
    expect(t.lease()).toMatchObject({ holderIdentity: 'second', leaseTransitions: 1 });
    second.stop.abort();
    await second.running;
  });

  it('gives the lease back when told to', async () => {
    const t = setUp();
    const first = t.start('one', true);
    await pass(t.clock, 1);
    first.stop.abort();
    await first.running;
    expect(t.lease()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
  });

  it('has one leader though the candidates tell different times, and times jump', async () => {
    const t = setUp();
    let jump = 0;
    const telling = (offset: () => number): Clock => ({
      now: () => t.clock.now() + offset(),
      monotonic: () => t.clock.monotonic(),
      after: (ms, fn) => t.clock.after(ms, fn),
      every: (ms, fn) => t.clock.every(ms, fn),
      sleep: (ms, signal) => t.clock.sleep(ms, signal),
    });
    const first = t.start('one', false, telling(() => jump - 300_000));
    await pass(t.clock, 1);
    const second = t.start('second', false, telling(() => 3_600_000 - jump));
    await pass(t.clock, 20);
    jump = 7_200_000;
    await pass(t.clock, 20);
    jump = -7_200_000;
    await pass(t.clock, 20);
    expect(t.led).toEqual(['one']);
    expect(first.elector.mayAct).toBe(true);
    first.stop.abort();
    await first.running;
    await pass(t.clock, 14);
    expect(t.led).toEqual(['one', '-one']);
    await pass(t.clock, 10);
    expect(t.led).toEqual(['one', '-one', 'second']);
    second.stop.abort();
    await second.running;
  });

  it('stops leading when it cannot renew', async () => {
    const t = setUp();
    const { stop, running } = t.start('one');
    await pass(t.clock, 1);
    t.server.refuse = () => {
      throw new Error('unreachable');
    };
    await pass(t.clock, 15);
    expect(t.led).toEqual(['one', '-one']);
    await running;
    stop.abort();
  });

  it('takes a lease at the moment when it has run out', async () => {
    const t = setUp();
    const first = t.start('one');
    await pass(t.clock, 1);
    const second = t.start('second');
    await pass(t.clock, 0.1, 100);
    first.stop.abort();
    await first.running;
    await pass(t.clock, 14.8, 100);
    expect(t.led).toEqual(['one', '-one']);
    await pass(t.clock, 0.2, 100);
    expect(t.led).toEqual(['one', '-one', 'second']);
    second.stop.abort();
    await second.running;
  });

  it('stops leading before its lease runs out though the server never answers, and another leads', async () => {
    const t = setUp();
    const first = t.start('one');
    await pass(t.clock, 1);
    const second = t.start('second');
    await pass(t.clock, 3);
    t.silent.add('one');
    await pass(t.clock, 11);
    expect(t.led).toEqual(['one', '-one']);
    await first.running;
    await pass(t.clock, 10);
    expect(t.led).toEqual(['one', '-one', 'second']);
    second.stop.abort();
    await second.running;
  });

  it('leads on when the server answers again in time', async () => {
    const t = setUp();
    const { stop, running } = t.start('one');
    await pass(t.clock, 3);
    t.silent.add('one');
    await pass(t.clock, 5);
    t.silent.clear();
    await pass(t.clock, 20);
    expect(t.led).toEqual(['one']);
    stop.abort();
    await running;
  });

  it.each(['no', 'not ready'] as const)('leads on through another server when its own does not answer, or is not ready: %s', async (answer) => {
    const t = setUp();
    let answers: 'yes' | 'no' | 'not ready' = 'yes';
    const { stop, running, elector } = t.start('one', false, t.clock, t.twoAddresses(() => answers));
    await pass(t.clock, 3);
    answers = answer;
    await pass(t.clock, 30);
    expect(t.led).toEqual(['one']);
    expect(elector.mayAct).toBe(true);
    stop.abort();
    await running;
  });

  it('stops leading when another has taken the lease', async () => {
    const t = setUp();
    const one = t.start('one');
    await pass(t.clock, 1);
    const leases = t.options('').client.resource(coordination.Lease);
    const lease = await leases.get({ namespace: 'kube-system', name: 'l' });
    await leases.update({ ...lease, spec: { ...lease.spec, holderIdentity: 'usurper' } });
    await pass(t.clock, 2);
    await one.running;
    expect(t.led).toEqual(['one', '-one']);
    expect(t.lease()).toMatchObject({ holderIdentity: 'usurper' });
  });

  it('may not act once its lease can have run out, though its loop has not run since', async () => {
    const t = setUp();
    const one = t.start('one');
    await pass(t.clock, 1);
    expect(one.elector.mayAct).toBe(true);
    await pass(t.clock, 20);
    expect(one.elector.mayAct).toBe(true);
    t.clock.step(16_000);
    expect(one.elector.mayAct).toBe(false);
    one.stop.abort();
    await one.running;
  });
});

describe('leadInTerms', () => {
  it('leads again after it has lost a term, until it is told to stop', async () => {
    const t = setUp();
    const stop = new AbortController();
    let terms = 0;
    const running = leadInTerms({ ...t.options('one'), lead: () => (++terms < 3 ? Promise.resolve() : Promise.reject(new Error('broken'))) }, stop.signal);
    await pass(t.clock, 5);
    expect(terms).toBeGreaterThanOrEqual(3);
    stop.abort();
    await running;
  });
});

describe('fencedHandler', () => {
  it('lets requests through only while the leader may act', async () => {
    const t = setUp();
    let mayAct = true;
    const client = newClient(newInProcessTransport({ handler: fencedHandler(t.server.handler, () => mayAct) }), t.clock);
    const leases = client.resource(coordination.Lease);
    await leases.create({ metadata: { namespace: 'default', name: 'a' }, spec: {} });
    mayAct = false;
    await expect(leases.create({ metadata: { namespace: 'default', name: 'b' }, spec: {} })).rejects.toThrow('run out');
    expect(t.server.objects('leases')).toHaveLength(1);
  });
});
