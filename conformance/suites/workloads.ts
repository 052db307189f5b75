/** Smoke checks of objects, watches and workloads. */
import * as apps from '../../apimachinery/types/apps.gen.ts';
import * as batch from '../../apimachinery/types/batch.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import * as discovery from '../../apimachinery/types/discovery.gen.ts';
import { isConflict } from '../../apimachinery/errors.ts';
import type { ApiObject } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { ResourceClient } from '../../client/interface.ts';
import { assert, type Check, type CheckContext } from './suite.ts';

/** Watches the namespace until an object fulfils `holds`. */
async function until<T extends ApiObject>(resource: ResourceClient<T>, { namespace, signal }: CheckContext, holds: (obj: DeepReadonly<T>) => boolean): Promise<DeepReadonly<T>> {
  const { items, resourceVersion } = await resource.list({ namespace });
  const found = items.find(holds);
  if (found) return found;
  for await (const events of resource.watch({ namespace, resourceVersion, signal })) {
    const event = events.find((e) => e.type !== 'DELETED' && holds(e.object));
    if (event) return event.object;
  }
  signal.throwIfAborted();
  return until(resource, { namespace, signal } as CheckContext, holds);
}

const template = (app: string) => ({ metadata: { labels: { app } }, spec: { containers: [{ name: 'c', image: 'registry.k8s.io/pause:3.10.1' }] } });

const createsAndWatches: Check = {
  name: 'an object is created, seen by a watch, changed and removed',
  async run(ctx) {
    const { client, namespace } = ctx;
    const maps = client.resource(core.ConfigMap);
    await maps.create({ metadata: { namespace, name: 'a' }, data: { k: '1' } });
    const seen = await until(maps, ctx, (m) => m.metadata.name === 'a');
    const updated = await maps.update({ ...seen, data: { k: '2' } });
    assert(updated.metadata.resourceVersion !== seen.metadata.resourceVersion, 'an update has a new resourceVersion');
    const stale = await maps.update({ ...seen, data: { k: '3' } }).then(() => false, isConflict);
    assert(stale, 'an update of an older resourceVersion is a conflict');
    await maps.delete({ namespace, name: 'a' });
  },
};

const appliesFields: Check = {
  name: 'two appliers share an object, and a third meets a conflict',
  async run({ client, namespace }) {
    const maps = client.resource(core.ConfigMap);
    const apply = (fieldManager: string, data: Record<string, string>) => maps.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name: 'shared' }, data }, { fieldManager });
    await apply('one', { a: '1' });
    const both = await apply('two', { b: '2' });
    assert(both.data?.['a'] === '1' && both.data['b'] === '2', 'both fields are there');
    assert(await apply('three', { a: '9' }).then(() => false, isConflict), 'a field of another applier is a conflict');
  },
};

const rollsOut: Check = {
  name: 'a Deployment rolls out, and its Service gets endpoints',
  async run(ctx) {
    const { client, namespace } = ctx;
    await client.resource(core.Service).create({ metadata: { namespace, name: 'web' }, spec: { selector: { app: 'web' }, ports: [{ port: 80 }] } });
    await client.resource(apps.Deployment).create({ metadata: { namespace, name: 'web' }, spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: template('web') } });
    await until(client.resource(apps.Deployment), ctx, (d) => d.status.availableReplicas === 2);
    await until(client.resource(discovery.EndpointSlice), ctx, (s) => (s.endpoints ?? []).filter((e) => e.conditions.ready).length === 2);
  },
};

const collects: Check = {
  name: 'what a deleted owner owned is collected',
  async run(ctx) {
    const { client, namespace } = ctx;
    const sets = client.resource(apps.ReplicaSet);
    await sets.create({ metadata: { namespace, name: 'owner' }, spec: { replicas: 1, selector: { matchLabels: { app: 'o' } }, template: template('o') } });
    const pod = await until(client.resource(core.Pod), ctx, (p) => p.metadata.ownerReferences?.[0]?.name === 'owner');
    await sets.delete({ namespace, name: 'owner' }, { propagationPolicy: 'Foreground' });
    for await (const events of client.resource(core.Pod).watch({ namespace, resourceVersion: pod.metadata.resourceVersion, signal: ctx.signal })) {
      if (events.some((e) => e.type === 'DELETED' && e.object.metadata.uid === pod.metadata.uid)) return;
    }
    throw new Error('the pod was not removed');
  },
};

const indexedJob: Check = {
  name: 'a suspended Job makes no pods until it is resumed',
  async run(ctx) {
    const { client, namespace } = ctx;
    const jobs = client.resource(batch.Job);
    await jobs.create({ metadata: { namespace, name: 'later' }, spec: { suspend: true, template: { spec: { ...template('j').spec, restartPolicy: 'Never' } } } });
    await until(jobs, ctx, (j) => j.status.conditions?.some((c) => c.type === 'Suspended' && c.status === 'True') ?? false);
    const before = await client.resource(core.Pod).list({ namespace });
    assert(before.items.length === 0, 'no pod is made while it is suspended');
    await jobs.patch({ namespace, name: 'later' }, { type: 'merge', body: { spec: { suspend: false } } });
    await until(client.resource(core.Pod), ctx, (p) => p.metadata.labels?.['job-name'] === 'later');
  },
};

export default [createsAndWatches, appliesFields, rollsOut, collects, indexedJob] satisfies Check[];
