import { describe, expect, it } from '@jest/globals';
import { StatusError } from '../../apimachinery/errors.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import { FakeClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import { seededRand } from '../../component-base/rand.ts';
import { newClient } from '../rest.ts';
import { CollectionServer } from '../testing/collection-handler.ts';
import { newInProcessTransport } from '../transport/in-process.ts';
import { newInformer } from './shared-informers.ts';

function setUp() {
  const server = new CollectionServer();
  const clock = new FakeClock();
  const client = newClient(newInProcessTransport({ handler: server.handler }), clock);
  const maps = client.resource(core.ConfigMap);
  const stop = new AbortController();
  const { informer, run } = newInformer(maps, {}, { clock, log: silentLog, rand: seededRand(1) });
  const seen: string[] = [];
  informer.addEventHandler({
    onAdd: (obj, first) => seen.push(`+${obj.metadata.name}${first ? '!' : ''}`),
    onUpdate: (_, obj) => seen.push(`~${obj.metadata.name}`),
    onDelete: (obj) => seen.push(`-${obj.metadata.name}`),
  });
  const running = run(stop.signal);
  const create = (name: string) => maps.create({ metadata: { namespace: 'a', name } });
  return { server, clock, maps, informer, seen, stop, running, create };
}

/** Lets promises that are ready run until `holds`. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !holds(); i++) await new Promise<void>((resolve) => setImmediate(resolve));
  expect(holds()).toBe(true);
}

describe('Reflector', () => {
  it('lists, then follows changes', async () => {
    const t = setUp();
    await t.informer.whenSynced();
    await t.create('x');
    await until(() => t.seen.length === 1);
    const y = await t.create('y');
    await t.maps.update({ ...y, data: { k: 'v' } });
    await t.maps.delete({ namespace: 'a', name: 'x' });
    await until(() => t.seen.length === 4);
    expect(t.seen).toEqual(['+x', '+y', '~y', '-x']);
    expect(t.informer.lister.get({ namespace: 'a', name: 'y' })?.data).toEqual({ k: 'v' });
    t.stop.abort();
    await t.running;
  });

  it('goes on from the last revision when the server ends the watch', async () => {
    const t = setUp();
    await t.informer.whenSynced();
    await t.create('x');
    await until(() => t.seen.length === 1);
    t.server.endWatches();
    await until(() => t.server.watching === 1 && t.server.requests.filter((r) => r.startsWith('GET')).length === 3);
    await t.create('y');
    await until(() => t.seen.length === 2);
    expect(t.seen).toEqual(['+x', '+y']);
    t.stop.abort();
    await t.running;
  });

  it('lists anew when its revision is gone, and tells what was missed', async () => {
    const t = setUp();
    await t.create('x');
    await t.create('y');
    await t.informer.whenSynced();
    await until(() => t.server.watching === 1);
    let offline = true;
    t.server.refuse = () => (offline ? new StatusError(503, 'ServiceUnavailable', 'down') : undefined);
    t.server.endWatches();
    await until(() => t.clock.waiters === 1);
    offline = false;
    await t.maps.delete({ namespace: 'a', name: 'x' });
    await t.create('z');
    t.server.compact();
    for (let i = 0; i < 4; i++) {
      t.clock.step(60_000);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    await until(() => t.seen.includes('+z'));
    expect(t.seen).toContain('-x');
    expect(t.informer.lister.list('a').map((m) => m.metadata.name).sort()).toEqual(['y', 'z']);
    t.stop.abort();
    await t.running;
  });

  it('ends without an error when it is stopped', async () => {
    const t = setUp();
    await t.informer.whenSynced();
    t.stop.abort();
    await expect(t.running).resolves.toBeUndefined();
  });
});
