import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../../apimachinery/meta.ts';
import { FakeClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import { MemoryStorage } from '../../storage/memory/memory-storage.ts';
import { Place } from './places.ts';

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve));
};

function setUp() {
  const clock = new FakeClock();
  const storage = new MemoryStorage({ clock });
  const told: (readonly string[])[] = [];
  const place = (address: string): Place =>
    new Place({
      storage,
      clock,
      log: silentLog,
      root: '/registry',
      address,
      decode: ({ value }) => JSON.parse(new TextDecoder().decode(value)) as Obj,
      tell: (addresses) => {
        told.push(addresses);
        return Promise.resolve();
      },
    });
  return { clock, storage, told, place };
}

describe('the places of API servers', () => {
  it('are told with each that comes and goes', async () => {
    const { told, place, storage } = setUp();
    const [a, b] = [place('10.0.0.2'), place('10.0.0.1')];
    await a.take();
    await b.take();
    await a.leave();
    expect(told).toEqual([['10.0.0.2'], ['10.0.0.1', '10.0.0.2'], ['10.0.0.1']]);
    await b.leave();
    expect(told.at(-1)).toEqual([]);
    expect((await storage.list({ prefix: '/registry/masterleases/' })).items).toEqual([]);
  });

  it('are kept by renewing them, and lost by who does not', async () => {
    const { clock, told, place, storage } = setUp();
    const living = place('10.0.0.1');
    await living.take();
    await storage.put('/registry/masterleases/10.0.0.2', new TextEncoder().encode(JSON.stringify({ subsets: [{ addresses: [{ ip: '10.0.0.2' }] }] })), 0, { ttl: 15 });
    for (let i = 0; i < 3; i++) {
      clock.step(10_000);
      await turns();
    }
    expect(told).toEqual([['10.0.0.1'], ['10.0.0.1', '10.0.0.2'], ['10.0.0.1'], ['10.0.0.1']]);
    await living.leave();
  });

  it('are read as upstream writes them, and left out when they say nothing', async () => {
    const { told, place, storage } = setUp();
    const theirs = { kind: 'Endpoints', apiVersion: 'v1', metadata: {}, subsets: [{ addresses: [{ ip: '10.0.0.9' }] }] };
    await storage.put('/registry/masterleases/10.0.0.9', new TextEncoder().encode(JSON.stringify(theirs)), 0);
    await storage.put('/registry/masterleases/10.0.0.8', new TextEncoder().encode('{"subsets":null}'), 0);
    const own = place('10.0.0.1');
    await own.take();
    expect(told).toEqual([['10.0.0.1', '10.0.0.9']]);
    await own.leave();
  });
});
