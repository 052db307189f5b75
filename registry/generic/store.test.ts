import { afterEach, describe, expect, it } from '@jest/globals';
import type { Obj } from '../../apimachinery/meta.ts';
import type { ConfigMap } from '../../apimachinery/types/core.gen.ts';
import { Path, invalid } from '../../apimachinery/validation/field.ts';
import { newTestEngine, type TestEngine } from '../testing/engine.ts';
import { widget, widgets } from '../testing/widgets.ts';
import type { RequestContext } from './context.ts';
import type { Strategy } from './definition.ts';
import { noAdmission } from './internal-context.ts';
import type { ResourceStore } from './store.ts';
import type { DeleteRequest, UpdateRequest, WriteRequest } from './store-interface.ts';

const WRITE: WriteRequest = { dryRun: false, fieldManager: 'test', operation: 'Update', subresource: '' };
const UPDATE: UpdateRequest = { ...WRITE, createIfMissing: false };
const DELETE: DeleteRequest = { dryRun: false };
const KEY = { namespace: 'default', name: 'a' };

let engine: TestEngine | undefined;
afterEach(() => engine?.close());

async function start(rules: Strategy<ConfigMap> = {}): Promise<{ store: ResourceStore; ctx: RequestContext; engine: TestEngine }> {
  engine = await newTestEngine([widgets(rules)]);
  return { store: engine.store('configmaps'), ctx: engine.context('configmaps', 'default'), engine };
}

const changed =
  (change: (obj: Obj) => void) =>
  (current: unknown): Promise<Obj> => {
    const obj = structuredClone(current) as Obj;
    change(obj);
    return Promise.resolve(obj);
  };
const withData = (key: string, value: string): ReturnType<typeof changed> => changed((obj) => (obj['data'] = { ...(obj['data'] as object), [key]: value }));

describe('create', () => {
  it('gives a name, a uid, a time and a revision, and serves the bytes that were stored', async () => {
    const { store, ctx, engine: e } = await start();
    const { stored } = await store.create(widget('', { metadata: { generateName: 'a-' } }), noAdmission, WRITE, ctx);
    expect(stored.object.metadata).toMatchObject({ namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z', resourceVersion: String(stored.revision) });
    expect(stored.object.metadata.name).toMatch(/^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(JSON.parse(new TextDecoder().decode(stored.bytes))).toEqual(stored.object);
    const raw = await e.storage.get(`/registry/configmaps/default/${stored.object.metadata.name}`);
    expect(JSON.parse(new TextDecoder().decode(raw?.value))).not.toHaveProperty('metadata.resourceVersion');
  });

  it('refuses a name that is taken, and says when its holder is being deleted', async () => {
    const { store, ctx } = await start();
    await store.create(widget('a', { metadata: { name: 'a', finalizers: ['x.io/y'] } }), noAdmission, WRITE, ctx);
    await expect(store.create(widget('a'), noAdmission, WRITE, ctx)).rejects.toThrow('configmaps "a" already exists');
    await store.delete(KEY, noAdmission, DELETE, ctx);
    await expect(store.create(widget('a'), noAdmission, WRITE, ctx)).rejects.toThrow('object is being deleted: configmaps "a" already exists');
  });

  it('refuses an object with a resourceVersion', async () => {
    const { store, ctx } = await start();
    await expect(store.create(widget('a', { metadata: { name: 'a', resourceVersion: '5' } }), noAdmission, WRITE, ctx)).rejects.toMatchObject({ code: 500, message: 'resourceVersion should not be set on objects to be created' });
  });

  it('tells every mistake at once, metadata first', async () => {
    const { store, ctx } = await start({ validate: (obj) => [invalid(Path.of('data'), obj.data, 'no')] });
    await expect(store.create(widget('A_'), noAdmission, WRITE, ctx)).rejects.toMatchObject({
      code: 422,
      details: { kind: 'ConfigMap', name: 'A_', causes: [{ field: 'metadata.name' }, { field: 'data' }] },
    });
  });

  it('writes nothing in a dry run, but refuses what exists', async () => {
    const { store, ctx } = await start();
    const { stored } = await store.create(widget('a'), noAdmission, { ...WRITE, dryRun: true }, ctx);
    expect(stored.object.metadata.resourceVersion ?? '').toBe('');
    await expect((async () => store.get(KEY, {}, ctx))()).rejects.toMatchObject({ reason: 'NotFound' });
    await store.create(widget('a'), noAdmission, WRITE, ctx);
    await expect(store.create(widget('a'), noAdmission, { ...WRITE, dryRun: true }, ctx)).rejects.toMatchObject({ reason: 'AlreadyExists' });
  });

  it('gives back what was taken when the write fails', async () => {
    const calls: string[] = [];
    const { store, ctx } = await start({
      begin: (op) => Promise.resolve({ commit: () => void calls.push(`${op} commit`), revert: () => Promise.resolve(void calls.push(`${op} revert`)) }),
      validate: (obj) => (obj.data?.['bad'] ? [invalid(Path.of('data'), 'bad', 'no')] : []),
    });
    await expect(store.create(widget('a', { data: { bad: '1' } }), noAdmission, WRITE, ctx)).rejects.toMatchObject({ reason: 'Invalid' });
    await store.create(widget('a'), noAdmission, WRITE, ctx);
    expect(calls).toEqual(['create revert', 'create commit']);
  });
});

describe('update', () => {
  it('checks the revision that the writer saw', async () => {
    const { store, ctx } = await start();
    const { stored } = await store.create(widget('a'), noAdmission, WRITE, ctx);
    await store.update(KEY, withData('k', '1'), noAdmission, UPDATE, ctx);
    const stale = changed((obj) => (obj.metadata.resourceVersion = String(stored.revision)));
    await expect(store.update(KEY, stale, noAdmission, UPDATE, ctx)).rejects.toThrow(
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    );
  });

  it('writes nothing when nothing changes', async () => {
    const { store, ctx } = await start();
    const { stored } = await store.create(widget('a'), noAdmission, WRITE, ctx);
    const again = await store.update(KEY, changed(() => undefined), noAdmission, UPDATE, ctx);
    expect(again.stored.revision).toBe(stored.revision);
  });

  it('repeats on the newer object when another writer was faster', async () => {
    const { store, ctx } = await start();
    await store.create(widget('a'), noAdmission, WRITE, ctx);
    let attempts = 0;
    const racing = async (current: unknown): Promise<Obj> => {
      if (attempts++ === 0) await store.update(KEY, withData('other', '1'), noAdmission, UPDATE, ctx);
      const obj = structuredClone(current) as Obj;
      obj.metadata.resourceVersion = '';
      obj['data'] = { ...(obj['data'] as object), mine: '1' };
      return obj;
    };
    const { stored } = await store.update(KEY, racing, noAdmission, UPDATE, ctx);
    expect(attempts).toBe(2);
    expect(stored.object['data']).toEqual({ mine: '1', other: '1' });
  });

  it('needs a resourceVersion where unconditional updates are not allowed', async () => {
    const { store, ctx } = await start({ allowUnconditionalUpdate: false });
    await store.create(widget('a'), noAdmission, WRITE, ctx);
    await expect(store.update(KEY, changed((obj) => (obj.metadata.resourceVersion = '')), noAdmission, UPDATE, ctx)).rejects.toThrow('metadata.resourceVersion: Invalid value: 0: must be specified for an update');
  });

  it('keeps what the server owns', async () => {
    const { store, ctx } = await start();
    const { stored } = await store.create(widget('a'), noAdmission, WRITE, ctx);
    const { stored: after } = await store.update(KEY, changed((obj) => Object.assign(obj.metadata, { uid: '', creationTimestamp: '2001-01-01T00:00:00Z', generation: 9 })), noAdmission, UPDATE, ctx);
    expect(after.object.metadata).toEqual(stored.object.metadata);
  });

  it('creates what is missing where that is meant', async () => {
    const { store, ctx } = await start();
    const make = (): Promise<Obj> => Promise.resolve(widget('a') as Obj);
    await expect(store.update(KEY, make, noAdmission, UPDATE, ctx)).rejects.toMatchObject({ reason: 'NotFound' });
    const { created } = await store.update(KEY, make, noAdmission, { ...UPDATE, createIfMissing: true }, ctx);
    expect(created).toBe(true);
  });

  it('refuses a wrong uid before it changes anything', async () => {
    const { store, ctx } = await start();
    await store.create(widget('a'), noAdmission, WRITE, ctx);
    await expect(store.update(KEY, withData('k', '1'), noAdmission, { ...UPDATE, preconditions: { uid: 'other' } }, ctx)).rejects.toThrow('Precondition failed: UID in precondition: other, UID in object meta:');
  });

  it('removes the object with its last finalizer', async () => {
    const { store, ctx } = await start();
    await store.create(widget('a', { metadata: { name: 'a', finalizers: ['x.io/y'] } }), noAdmission, WRITE, ctx);
    await store.delete(KEY, noAdmission, DELETE, ctx);
    expect((await store.get(KEY, {}, ctx)).object.metadata).toMatchObject({ deletionTimestamp: '2026-01-01T00:00:00Z', deletionGracePeriodSeconds: 0 });
    await store.update(KEY, changed((obj) => delete obj.metadata.finalizers), noAdmission, UPDATE, ctx);
    await expect((async () => store.get(KEY, {}, ctx))()).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('shows watchers nothing of a refused change', async () => {
    const { store, ctx, engine: e } = await start({ validateUpdate: () => [invalid(Path.of('data'), 'x', 'no')] });
    await store.create(widget('a'), noAdmission, WRITE, ctx);
    const before = await e.storage.currentRevision();
    await expect(store.update(KEY, withData('k', '1'), noAdmission, UPDATE, ctx)).rejects.toMatchObject({ reason: 'Invalid' });
    expect(await e.storage.currentRevision()).toBe(before);
  });
});

describe('delete', () => {
  it('removes at once what nothing holds', async () => {
    const { store, ctx } = await start();
    await store.create(widget('a'), noAdmission, WRITE, ctx);
    expect(await store.delete(KEY, noAdmission, DELETE, ctx)).toMatchObject({ deletedImmediately: true, returnsObject: false });
    await expect(store.delete(KEY, noAdmission, DELETE, ctx)).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('lets the object live through its grace and end with grace zero', async () => {
    const { store, ctx } = await start({ checkGracefulDelete: (_obj, options) => ((options.gracePeriodSeconds ??= 30), true) });
    await store.create(widget('a'), noAdmission, WRITE, ctx);
    const first = await store.delete(KEY, noAdmission, DELETE, ctx);
    expect(first).toMatchObject({ deletedImmediately: false });
    expect(first.stored.object.metadata).toMatchObject({ deletionGracePeriodSeconds: 30, deletionTimestamp: '2026-01-01T00:00:30Z' });
    expect(await store.delete(KEY, noAdmission, { ...DELETE, gracePeriodSeconds: 0 }, ctx)).toMatchObject({ deletedImmediately: true });
    await expect((async () => store.get(KEY, {}, ctx))()).rejects.toMatchObject({ reason: 'NotFound' });
  });

  it('asks admission before it touches anything', async () => {
    const { store, ctx } = await start();
    await store.create(widget('a'), noAdmission, WRITE, ctx);
    const refusing = { mutate: noAdmission.mutate, validate: () => Promise.reject(new Error('no')) };
    await expect(store.delete(KEY, refusing, DELETE, ctx)).rejects.toThrow('no');
    expect((await store.get(KEY, {}, ctx)).object.metadata.deletionTimestamp).toBeUndefined();
  });

  it('changes nothing in a dry run', async () => {
    const { store, ctx } = await start();
    await store.create(widget('a', { metadata: { name: 'a', finalizers: ['x.io/y'] } }), noAdmission, WRITE, ctx);
    const { stored } = await store.delete(KEY, noAdmission, { ...DELETE, dryRun: true }, ctx);
    expect(stored.object.metadata.deletionTimestamp).toBeDefined();
    expect((await store.get(KEY, {}, ctx)).object.metadata.deletionTimestamp).toBeUndefined();
  });
});

describe('the internal store', () => {
  it('changes an object without admission, and leaves it when the change says so', async () => {
    const { engine: e } = await start();
    const { ConfigMap: type } = await import('../../apimachinery/types/core.gen.ts');
    const configMaps = e.stores.of(type);
    await configMaps.create(widget('a') as unknown as ConfigMap);
    const updated = await configMaps.update(KEY, (cm) => ({ ...cm, data: { k: 'v' } }));
    expect(updated.data).toEqual({ k: 'v' });
    const same = await configMaps.update(KEY, () => undefined);
    expect(same.metadata.resourceVersion).toBe(updated.metadata.resourceVersion);
    expect((await configMaps.list()).map((cm) => cm.metadata.name)).toEqual(['a']);
    await configMaps.delete(KEY);
    expect(await configMaps.get(KEY)).toBeUndefined();
  });
});
