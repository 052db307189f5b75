import { describe, expect, it } from '@jest/globals';
import { StatusError } from '../../apimachinery/errors.ts';
import { keyText } from '../../apimachinery/meta.ts';
import * as apps from '../../apimachinery/types/apps.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import { newSharedInformers } from '../../client/cache/shared-informers.ts';
import { newClient } from '../../client/rest.ts';
import { CollectionServer } from '../../client/testing/collection-handler.ts';
import { newInProcessTransport } from '../../client/transport/in-process.ts';
import { FakeClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import { seededRand } from '../../component-base/rand.ts';
import replicaset from '../replicaset-controller.ts';
import { defineController, watch, type ControllerDefinition } from './definition.ts';
import { runControllers } from './run-controllers.ts';

function setUp(...controllers: ControllerDefinition[]) {
  const server = new CollectionServer();
  const clock = new FakeClock();
  const client = newClient(newInProcessTransport({ handler: server.handler }), clock);
  const stop = new AbortController();
  const informers = newSharedInformers({ client, clock, log: silentLog, rand: seededRand(1) });
  const accounts: string[] = [];
  const events: string[] = [];
  const start = () =>
    runControllers({
      controllers,
      clientFor: (name) => (accounts.push(name), client),
      informers,
      clock,
      rand: seededRand(2),
      log: silentLog,
      signal: stop.signal,
      recorderFor: () => ({ event: (_, type, reason, message) => void events.push(`${type} ${reason} ${message}`) }),
    });
  return { server, clock, client, stop, start, accounts, events };
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !holds(); i++) await new Promise<void>((resolve) => setImmediate(resolve));
  expect(holds()).toBe(true);
}

const map = (name: string) => ({ metadata: { namespace: 'a', name } });

describe('runControllers', () => {
  it('reconciles what is there, what comes, what watches map to, and tries again after a failure', async () => {
    const seen: string[] = [];
    let failures = 1;
    const t = setUp(
      defineController({
        name: 'test',
        for: core.ConfigMap,
        watches: [watch(core.Secret, (secret) => [{ namespace: secret.metadata.namespace, name: `of-${secret.metadata.name}` }])],
        async reconcile(_, key) {
          if (key.name === 'shaky' && failures-- > 0) throw new StatusError(500, 'InternalError', 'once');
          seen.push(keyText(key));
        },
      }),
    );
    await t.client.resource(core.ConfigMap).create(map('before'));
    const running = t.start();
    await until(() => seen.length === 1);
    await t.client.resource(core.ConfigMap).create(map('shaky'));
    await t.client.resource(core.Secret).create(map('s'));
    await until(() => seen.includes('a/of-s') && failures === 0);
    t.clock.step(5);
    await until(() => seen.includes('a/shaky'));
    expect(seen).toEqual(['a/before', 'a/of-s', 'a/shaky']);
    t.stop.abort();
    await running;
  });

  it('comes back to a key when it was asked to', async () => {
    let calls = 0;
    const t = setUp(defineController({ name: 'test', for: core.ConfigMap, reconcile: () => Promise.resolve(++calls < 3 ? { requeueAfter: 1000 } : undefined) }));
    await t.client.resource(core.ConfigMap).create(map('x'));
    const running = t.start();
    await until(() => calls === 1);
    t.clock.step(999);
    expect(calls).toBe(1);
    t.clock.step(1);
    await until(() => calls === 2);
    t.clock.step(1000);
    await until(() => calls === 3);
    expect(t.clock.waiters).toBe(0);
    t.stop.abort();
    await running;
  });

  it('refuses two controllers of one name', async () => {
    const twice = defineController({ name: 'twice' });
    const t = setUp(twice, twice);
    await expect(t.start()).rejects.toThrow('two controllers are named twice');
  });
});

describe('replicaset-controller', () => {
  const template = { metadata: { labels: { app: 'x' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  const set = { metadata: { namespace: 'a', name: 'rs' }, spec: { replicas: 3, selector: { matchLabels: { app: 'x' } }, template } };
  const status = (t: ReturnType<typeof setUp>) => t.server.objects('replicasets')[0]?.['status'] as Partial<apps.ReplicaSetStatus> | undefined;

  it('creates the missing pods once, and deletes those that are too many', async () => {
    const t = setUp(replicaset);
    const running = t.start();
    const rs = await t.client.resource(apps.ReplicaSet).create(set);
    await until(() => status(t)?.replicas === 3);
    expect(t.server.requests.filter((r) => r === 'POST /api/v1/namespaces/a/pods')).toHaveLength(3);
    const latest = await t.client.resource(apps.ReplicaSet).get({ namespace: 'a', name: 'rs' });
    await t.client.resource(apps.ReplicaSet).update({ ...latest, spec: { ...rs.spec, replicas: 1 } });
    await until(() => status(t)?.replicas === 1);
    expect(t.server.objects('pods')).toHaveLength(1);
    expect(t.events.filter((e) => e.startsWith('Normal SuccessfulDelete'))).toHaveLength(2);
    expect(t.accounts).toEqual(['replicaset-controller']);
    t.stop.abort();
    await running;
  });

  it('says in a condition why pods cannot be created', async () => {
    const t = setUp(replicaset);
    t.server.refuse = (r) => (r.method === 'POST' && r.rawPath.endsWith('/pods') ? new StatusError(403, 'Forbidden', 'exceeded quota') : undefined);
    const running = t.start();
    await t.client.resource(apps.ReplicaSet).create(set);
    await until(() => status(t)?.conditions !== undefined);
    expect(status(t)?.conditions?.[0]).toMatchObject({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'exceeded quota' });
    expect(t.events[0]).toBe('Warning FailedCreate Error creating: exceeded quota');
    t.stop.abort();
    await running;
  });
});
