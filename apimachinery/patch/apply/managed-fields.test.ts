import { describe, expect, it } from '@jest/globals';
import { StatusError } from '../../errors.ts';
import type { Obj } from '../../meta.ts';
import type { Field, Schema, Struct } from '../../schema/model.ts';
import * as apps from '../../types/apps.gen.ts';
import * as core from '../../types/core.gen.ts';
import { applyManaged, updateManaged, type FieldManagerOptions, type ManagedWrite } from './managed-fields.ts';

const only = (schema: Struct, version: string): FieldManagerOptions => ({ schemaFor: (v) => (v === version ? schema : undefined) });
const configMaps = only(core.ConfigMap.schema, 'v1');
const deployments = only(apps.Deployment.schema, 'apps/v1');
const at = (second: number): string => `2025-01-01T00:00:0${second}Z`;
const by = (manager: string, second = 0, more: Partial<ManagedWrite> = {}): ManagedWrite => ({
  manager,
  subresource: '',
  apiVersion: 'v1',
  now: at(second),
  ...more,
});
const map = (data?: object, metadata: object = {}): Obj =>
  ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a', ...metadata }, ...(data && { data }) }) as Obj;
const owners = (obj: Obj): object =>
  Object.fromEntries((obj.metadata.managedFields ?? []).map((e) => [`${e.manager} ${e.operation}`, e.fieldsV1]));

/** What the store would hold: with a uid. */
function update(live: Obj | undefined, next: Obj, write: ManagedWrite): Obj {
  updateManaged(configMaps, live, next, write);
  next.metadata.uid = 'u';
  return next;
}
function apply(live: Obj | undefined, config: Obj, manager: string, second = 0, force = false): Obj {
  const result = applyManaged(configMaps, live, config, { ...by(manager, second), force });
  result.metadata.uid = 'u';
  return result;
}
function statusOf(run: () => unknown): StatusError {
  try {
    run();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('updateManaged', () => {
  it('gives a creator everything but what identifies the object', () => {
    const created = update(undefined, map({ k: 'v' }, { labels: { a: 'b' }, namespace: 'n' }), by('creator'));
    expect(created.metadata.managedFields).toEqual([
      {
        manager: 'creator',
        operation: 'Update',
        apiVersion: 'v1',
        time: at(0),
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:k': {} }, 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } },
      },
    ]);
  });

  it('moves changed fields to who changed them and drops removed ones', () => {
    const created = update(undefined, map({ k: 'v', gone: '1' }), by('creator'));
    const changed = update(created, { ...map({ k: 'w', added: '2' }), metadata: { ...created.metadata } }, by('editor', 1));
    expect(owners(changed)).toEqual({ 'creator Update': { 'f:data': {} }, 'editor Update': { 'f:data': { 'f:added': {}, 'f:k': {} } } });
  });

  it('keeps times when nothing changed hands', () => {
    const created = update(undefined, map({ k: 'v' }), by('creator'));
    const same = update(created, structuredClone(created), by('creator', 5));
    expect(same.metadata.managedFields).toEqual(created.metadata.managedFields);
  });

  it('keeps the live entries when the writer sends none or broken ones', () => {
    const created = update(undefined, map({ k: 'v' }), by('creator'));
    expect(owners(update(created, map({ k: 'v' }), by('x', 1)))).toEqual(owners(created));
    expect(owners(update(created, map({ k: 'v' }, { managedFields: [{ manager: 'y', operation: 'Nonsense' }] }), by('x', 1)))).toEqual(
      owners(created),
    );
  });

  it('forgets everything on an empty list, and does not start again on an update', () => {
    const created = update(undefined, map({ k: 'v' }), by('creator'));
    const reset = update(created, map({ k: 'w' }, { managedFields: [] }), by('x', 1));
    expect(reset.metadata.managedFields).toBeUndefined();
    expect(update(reset, map({ k: 'x' }), by('x', 2)).metadata.managedFields).toBeUndefined();
  });

  it('takes entries that the writer changed, but not on a subresource', () => {
    const created = update(undefined, map({ k: 'v' }), by('creator'));
    const sent = [
      { manager: 'other', operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': { 'f:k': {} } } },
    ];
    expect(owners(update(created, map({ k: 'v' }, { managedFields: sent }), by('x', 1)))).toEqual({
      'other Update': { 'f:data': { 'f:k': {} } },
    });
    expect(owners(update(created, map({ k: 'v' }, { managedFields: sent }), by('x', 1, { subresource: 'status' })))).toEqual(
      owners(created),
    );
  });

  it('records nothing of what the endpoint resets', () => {
    const created = update(undefined, map({ k: 'v' }, { labels: { a: 'b' } }), by('creator', 0, { resetFields: [['data']] }));
    expect(owners(created)).toEqual({ 'creator Update': { 'f:metadata': { 'f:labels': { '.': {}, 'f:a': {} } } } });
  });

  it('joins the oldest updaters beyond ten', () => {
    let live = update(undefined, map({ k0: 'v' }), by('m0'));
    for (let i = 1; i <= 11; i++)
      live = update(
        live,
        { ...map({ ...(live['data'] as object), [`k${i}`]: 'v' }), metadata: { ...live.metadata } },
        by(`m${i}`, 0, { now: `2025-01-01T00:00:${10 + i}Z` }),
      );
    const managers = (live.metadata.managedFields ?? []).map((e) => e.manager);
    expect(managers).toHaveLength(10);
    expect(managers[0]).toBe('ancient-changes');
    expect(owners(live)).toMatchObject({ 'ancient-changes Update': { 'f:data': { '.': {}, 'f:k0': {}, 'f:k1': {}, 'f:k2': {} } } });
  });

  it('drops entries of versions that are not served any more', () => {
    const stale = [{ manager: 'old', operation: 'Update', apiVersion: 'v0', fieldsType: 'FieldsV1', fieldsV1: { 'f:data': {} } }];
    const live = map({ k: 'v' }, { uid: 'u', managedFields: stale });
    expect(owners(update(live, map({ k: 'w' }), by('x', 1)))).toEqual({ 'x Update': { 'f:data': { 'f:k': {} } } });
  });

  it('owns an element that occurs twice as one', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: {
        containers: [
          {
            name: 'c',
            env: [
              { name: 'A', value: '1' },
              { name: 'A', value: '2' },
            ],
          },
        ],
      },
      status: {},
    } as unknown as Obj;
    updateManaged(only(core.Pod.schema, 'v1'), undefined, pod, by('creator'));
    expect(owners(pod)).toMatchObject({
      'creator Update': { 'f:spec': { 'f:containers': { 'k:{"name":"c"}': { 'f:env': { 'k:{"name":"A"}': {} } } } } },
    });
  });
});

describe('applyManaged', () => {
  it('creates what is missing and owns just what was applied', () => {
    const created = apply(undefined, map({ k: 'v' }), 'alpha');
    expect(created.metadata.managedFields).toEqual([
      {
        manager: 'alpha',
        operation: 'Apply',
        apiVersion: 'v1',
        time: at(0),
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:k': {} } },
      },
    ]);
  });

  it('names every conflict as upstream does', () => {
    const created = update(undefined, map({ one: '1', two: '2' }), by('creator'));
    const one = statusOf(() => apply(created, map({ one: 'uno' }), 'alpha', 1));
    expect(one.toStatus()).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "creator" using v1: .data.one',
      details: { causes: [{ reason: 'FieldManagerConflict', message: 'conflict with "creator" using v1', field: '.data.one' }] },
    });
    const two = statusOf(() => apply(created, map({ one: 'uno', two: 'due' }), 'alpha', 1));
    expect(two.message).toBe('Apply failed with 2 conflicts: conflicts with "creator" using v1:\n- .data.one\n- .data.two');
  });

  it('takes fields over by force', () => {
    const created = update(undefined, map({ one: '1', two: '2' }), by('creator'));
    const taken = apply(created, map({ one: 'uno' }), 'alpha', 1, true);
    expect(taken['data']).toEqual({ one: 'uno', two: '2' });
    expect(owners(taken)).toEqual({
      'alpha Apply': { 'f:data': { 'f:one': {} } },
      'creator Update': { 'f:data': { '.': {}, 'f:two': {} } },
    });
  });

  it('shares fields of the same value, without a time for who changed nothing', () => {
    const created = update(undefined, map({ one: '1' }), by('creator'));
    const shared = apply(created, map({ one: '1' }), 'alpha', 1);
    expect(shared.metadata.managedFields?.[0]).toEqual({
      manager: 'alpha',
      operation: 'Apply',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:data': { 'f:one': {} } },
    });
  });

  it('removes what is not applied any more, unless somebody else owns it', () => {
    const first = apply(undefined, map({ mine: 'a', shared: 's' }, { labels: { l: '1' } }), 'alpha');
    const second = apply(first, map({ shared: 's' }), 'beta', 1);
    const third = apply(second, map({ shared: 's' }), 'alpha', 2);
    expect(third['data']).toEqual({ shared: 's' });
    expect(third.metadata.labels ?? undefined).toBeUndefined();
    const fourth = apply(third, map(), 'alpha', 3);
    expect(fourth['data']).toEqual({ shared: 's' });
    expect(owners(fourth)).toEqual({ 'beta Apply': { 'f:data': { 'f:shared': {} } } });
  });

  it('is idempotent', () => {
    const created = update(undefined, map({ one: '1' }), by('creator'));
    const once = apply(created, map({ two: '2' }), 'alpha', 1);
    const twice = apply(once, map({ two: '2' }), 'alpha', 2);
    expect(twice).toEqual(once);
  });

  it('owns what was there before anybody was tracked as before-first-apply', () => {
    const live = map({ one: '1' }, { uid: 'u' });
    expect(owners(apply(live, map({ two: '2' }), 'alpha', 1))).toEqual({
      'alpha Apply': { 'f:data': { 'f:two': {} } },
      'before-first-apply Update': { 'f:data': { '.': {}, 'f:one': {} } },
    });
  });

  it('lets kubectl take over what its client-side apply set, and keeps the annotation up to date', () => {
    const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
    const last = JSON.stringify(map({ k: 'v' }));
    const live = update(undefined, map({ k: 'v' }, { annotations: { [annotation]: last } }), by('kubectl-client-side-apply'));
    expect(statusOf(() => apply(live, map({ k: 'w' }), 'other', 1)).code).toBe(409);
    const taken = apply(live, map({ k: 'w' }), 'kubectl', 1);
    expect(taken['data']).toEqual({ k: 'w' });
    expect(taken.metadata.annotations?.[annotation]).toBe(
      '{"apiVersion":"v1","data":{"k":"w"},"kind":"ConfigMap","metadata":{"name":"a"}}\n',
    );
  });

  it('merges lists by key and reports conflicts inside them', () => {
    const deployment = (containers: object[], replicas?: number): Obj =>
      ({
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        metadata: { name: 'd' },
        spec: { ...(replicas !== undefined && { replicas }), template: { spec: { containers } } },
      }) as unknown as Obj;
    const write = (manager: string, force = false) => ({ ...by(manager), apiVersion: 'apps/v1', force });
    const first = applyManaged(deployments, undefined, deployment([{ name: 'a', image: '1' }], 2), write('alpha'));
    first.metadata.uid = 'u';
    const second = applyManaged(
      deployments,
      first,
      deployment([
        { name: 'b', image: '2' },
        { name: 'a', ports: [{ containerPort: 80 }] },
      ]),
      write('beta'),
    );
    expect(second['spec']).toMatchObject({
      replicas: 2,
      template: {
        spec: {
          containers: [
            { name: 'b', image: '2' },
            { name: 'a', image: '1', ports: [{ containerPort: 80 }] },
          ],
        },
      },
    });
    expect(owners(second)).toMatchObject({
      'beta Apply': {
        'f:spec': {
          'f:template': {
            'f:spec': {
              'f:containers': {
                'k:{"name":"a"}': {
                  '.': {},
                  'f:name': {},
                  'f:ports': { 'k:{"containerPort":80,"protocol":"TCP"}': { '.': {}, 'f:containerPort': {} } },
                },
              },
            },
          },
        },
      },
    });
    const clash = statusOf(() => applyManaged(deployments, second, deployment([{ name: 'a', image: '3' }]), write('beta')));
    expect(clash.message).toBe('Apply failed with 1 conflict: conflict with "alpha": .spec.template.spec.containers[name="a"].image');
  });

  it.each([
    [
      { ...map({ k: 'v' }), bogus: 1 },
      500,
      'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .bogus: field not declared in schema',
    ],
    [
      map({ k: 5 }),
      500,
      'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .data.k: expected string, got &value.valueUnstructured{Value:5}',
    ],
    [{ ...map(), data: ['x'] }, 500, 'failed to create typed patch object (/a; /v1, Kind=ConfigMap): .data: expected map, got &{[x]}'],
    [{ ...map(), apiVersion: 'apps/v1' }, 400, 'invalid object type: apps/v1, Kind=ConfigMap'],
    [map({}, { managedFields: [{ manager: 'x' }] }), 400, 'metadata.managedFields must be nil'],
  ])('refuses %j in upstream’s words', (config, code, message) => {
    expect(statusOf(() => apply(undefined, config as unknown as Obj, 'alpha'))).toMatchObject({ code, message });
  });

  it('merges custom resources by their schema, and by value where it is open', () => {
    const text = { kind: 'scalar', is: 'string' } as const;
    const field = (name: string, schema: Schema): [string, Field] => [name, { name, schema, required: false }];
    const struct = (unknown: 'drop' | 'keep', ...fields: [string, Field][]): Struct => ({
      kind: 'struct',
      fields: new Map(fields),
      unknown,
      merge: 'granular',
    });
    const spec = struct(
      'drop',
      field('set', { kind: 'list', items: text, merge: 'set' }),
      field('list', { kind: 'list', items: text, merge: 'atomic' }),
      field('open', struct('keep')),
    );
    const widgets = only(
      struct(
        'drop',
        field('apiVersion', text),
        field('kind', text),
        field('metadata', core.ConfigMap.schema.fields.get('metadata')?.schema as Schema),
        field('spec', spec),
      ),
      'x/v1',
    );
    const widget = (value: object): Obj => ({ apiVersion: 'x/v1', kind: 'W', metadata: { name: 'w' }, spec: value }) as unknown as Obj;
    const write = (manager: string) => ({ ...by(manager), apiVersion: 'x/v1', force: false });
    const first = applyManaged(widgets, undefined, widget({ set: ['a'], list: ['x'], open: { deep: { a: 1 } } }), write('alpha'));
    first.metadata.uid = 'u';
    const second = applyManaged(widgets, first, widget({ set: ['b'], open: { deep: { b: 2 } } }), write('beta'));
    expect(second['spec']).toEqual({ set: ['a', 'b'], list: ['x'], open: { deep: { a: 1, b: 2 } } });
    expect(owners(second)).toMatchObject({
      'beta Apply': { 'f:spec': { 'f:open': { 'f:deep': { 'f:b': {} } }, 'f:set': { 'v:"b"': {} } } },
    });
    expect(statusOf(() => applyManaged(widgets, second, widget({ list: ['y'] }), write('beta'))).message).toBe(
      'Apply failed with 1 conflict: conflict with "alpha": .spec.list',
    );
  });
});

describe('an applied configuration that fits no type', () => {
  const applied = (more: object): Obj => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p' }, ...more }) as unknown as Obj;
  it.each([
    ['a name that is no text', { metadata: { name: { a: 1 }, namespace: 'ns' } }, 'failed to create typed patch object (ns/; /v1, Kind=Pod): .metadata.name: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":1}}'],
    ['a key that is a map', { spec: { containers: [{ name: { a: 1 } }] } }, 'failed to create typed patch object (/p; /v1, Kind=Pod): .spec.containers[name=a=1].name: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":1}}'],
    ['an apiVersion that is no text', { apiVersion: [null] }, 'invalid object type: /, Kind=Pod'],
    ['ownership', { metadata: { name: 'p', managedFields: [] } }, 'metadata.managedFields must be nil'],
  ])('is described: %s', (_, more, message) => {
    expect(statusOf(() => applyManaged(only(core.Pod.schema, 'v1'), undefined, applied(more), { ...by('one'), force: false, kind: 'Pod' })).message).toBe(message);
  });
});
