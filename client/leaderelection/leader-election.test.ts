import { describe, expect, it } from '@jest/globals';
import type * as coordination from '../../apimachinery/types/coordination.gen.ts';
import { FakeClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import { seededRand } from '../../component-base/rand.ts';
import { newClient } from '../rest.ts';
import { CollectionServer } from '../testing/collection-handler.ts';
import { newInProcessTransport } from '../transport/in-process.ts';
import { LeaderElector } from './leader-election.ts';

function setUp() {
  const server = new CollectionServer();
  const clock = new FakeClock();
  const client = newClient(newInProcessTransport({ handler: server.handler }), clock);
  const led: string[] = [];
  const start = (identity: string, releaseOnCancel = false) => {
    const stop = new AbortController();
    const elector = new LeaderElector({
      client,
      clock,
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
  return { server, clock, led, start, lease };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));
async function pass(clock: FakeClock, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) {
    clock.step(1000);
    for (let j = 0; j < 5; j++) await turn();
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
});
