import { describe, expect, it } from '@jest/globals';
import type { Handler, Received } from '../../apimachinery/http.ts';
import * as coordination from '../../apimachinery/types/coordination.gen.ts';
import { FakeClock } from '../../component-base/clock.ts';
import { newClient } from '../rest.ts';
import { CollectionServer } from '../testing/collection-handler.ts';
import { newInProcessTransport } from '../transport/in-process.ts';
import { LeaseLock } from './lease-lock.ts';

const KEY = { namespace: 'kube-system', name: 'l' };
const never = new AbortController().signal;

function setUp() {
  const [server, clock] = [new CollectionServer(), new FakeClock()];
  const clientOver = (handler: Handler<Received>) => newClient(newInProcessTransport({ handler }), clock);
  const lockOf = (identity: string, handler: Handler<Received> = server.handler) => new LeaseLock({ client: clientOver(handler), clock, lease: KEY, identity, seconds: 9 });
  const lease = () => (server.objects('leases')[0] as unknown as coordination.Lease).spec;
  return { server, clock, lockOf, lease, client: clientOver(server.handler) };
}

describe('LeaseLock', () => {
  it('is held from when its write began, for as long as it says', async () => {
    const t = setUp();
    const lock = t.lockOf('a', async (request) => {
      if (request.method === 'POST') t.clock.step(4000);
      return t.server.handler(request);
    });
    expect(await lock.acquire(never)).toBe(true);
    t.clock.step(4999);
    expect(lock.isHeld).toBe(true);
    t.clock.step(1);
    expect(lock.isHeld).toBe(false);
  });

  it('lasts for another what its holder wrote', async () => {
    const t = setUp();
    await t.client.resource(coordination.Lease).create({ metadata: KEY, spec: { holderIdentity: 'other', leaseDurationSeconds: 15 } });
    const lock = t.lockOf('a');
    expect(await lock.acquire(never)).toBe(false);
    t.clock.step(14_999);
    expect(await lock.acquire(never)).toBe(false);
    t.clock.step(1);
    expect(await lock.acquire(never)).toBe(true);
    expect(t.lease()).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 9, leaseTransitions: 1 });
  });

  it('is renewed in one request', async () => {
    const t = setUp();
    const lock = t.lockOf('a');
    await lock.acquire(never);
    t.server.requests.length = 0;
    expect(await lock.renew(never)).toBe(true);
    expect(t.server.requests).toEqual(['PUT /apis/coordination.k8s.io/v1/namespaces/kube-system/leases/l']);
  });

  it('is kept when the answer to a renewal was lost, and not when another has it', async () => {
    const t = setUp();
    let isLost = false;
    const lock = t.lockOf('a', async (request) => {
      const answer = await t.server.handler(request);
      if (isLost && request.method === 'PUT') throw new Error('the connection broke');
      return answer;
    });
    await lock.acquire(never);
    isLost = true;
    await expect(lock.renew(never)).rejects.toThrow('broke');
    isLost = false;
    expect(await lock.renew(never)).toBe(true);
    t.clock.step(9000);
    const other = t.lockOf('b');
    await other.acquire(never);
    t.clock.step(9000);
    expect(await other.acquire(never)).toBe(true);
    expect(await lock.renew(never)).toBe(false);
    expect([lock.isHeld, lock.holder]).toEqual([false, 'b']);
  });

  it('is not taken on the word of a cache that is old', async () => {
    const t = setUp();
    const holder = t.lockOf('a');
    await holder.acquire(never);
    const old = await t.server.handler({ method: 'GET', rawPath: '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/l', rawQuery: '' } as Received);
    const lock = t.lockOf('b', (request) => (request.rawQuery === 'resourceVersion=0' ? Promise.resolve(old) : t.server.handler(request)));
    expect(await lock.acquire(never)).toBe(false);
    t.clock.step(9000);
    expect(await holder.renew(never)).toBe(true);
    await expect(lock.acquire(never)).rejects.toThrow('modified');
    expect(await lock.acquire(never)).toBe(false);
    t.clock.step(8999);
    expect(await lock.acquire(never)).toBe(false);
    t.clock.step(1);
    expect(await lock.acquire(never)).toBe(true);
    expect(holder.isHeld).toBe(false);
  });

  it('is not held from the moment on when it is given back, and only by who has it', async () => {
    const t = setUp();
    let duringRelease: boolean | undefined;
    const lock: LeaseLock = t.lockOf('a', (request) => {
      if (request.method === 'PUT') duringRelease = lock.isHeld;
      return t.server.handler(request);
    });
    await lock.acquire(never);
    await lock.release(never);
    expect(duringRelease).toBe(false);
    expect(t.lease()).toMatchObject({ holderIdentity: '', leaseDurationSeconds: 1 });
    await t.lockOf('b').acquire(never);
    await lock.release(never);
    expect(t.lease()).toMatchObject({ holderIdentity: 'b' });
  });

  it('takes nothing from an answer that comes after its time', async () => {
    const t = setUp();
    const late = new AbortController();
    const lock = t.lockOf('a', async (request) => {
      const answer = await t.server.handler(request);
      late.abort(new Error('too late'));
      return answer;
    });
    await expect(lock.acquire(late.signal)).rejects.toThrow('too late');
    expect(lock.isOurs).toBe(false);
  });
});
