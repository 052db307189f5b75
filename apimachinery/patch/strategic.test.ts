import { describe, expect, it } from '@jest/globals';
import { StatusError } from '../errors.ts';
import type { Struct } from '../schema/model.ts';
import * as apps from '../types/apps.gen.ts';
import * as core from '../types/core.gen.ts';
import { strategicMergePatch } from './strategic.ts';

const pod = (containers: unknown[], metadata: object = { name: 'p' }): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata,
  spec: { containers },
});
const spec = (original: unknown[], patch: object): unknown =>
  (strategicMergePatch(core.Pod.schema, pod(original), { spec: patch })['spec'] as { containers: unknown }).containers;

describe('strategicMergePatch', () => {
  it('merges lists by their merge key, in the order of the patch, the rest where the server had it', () => {
    const original = [
      { name: 'a', image: '1' },
      { name: 'b', image: '2' },
      { name: 'c', image: '3' },
    ];
    expect(
      spec(original, { containers: [{ name: 'c', image: '4' }, { name: 'new' }, { name: 'a', env: [{ name: 'X', value: '1' }] }] }),
    ).toEqual([
      { name: 'b', image: '2' },
      { name: 'c', image: '4' },
      { name: 'new' },
      { name: 'a', image: '1', env: [{ name: 'X', value: '1' }] },
    ]);
  });

  it('obeys $setElementOrder', () => {
    const original = [{ name: 'a' }, { name: 'b' }, { name: 'c' }];
    expect(spec(original, { '$setElementOrder/containers': [{ name: 'c' }, { name: 'a' }] })).toEqual([
      { name: 'b' },
      { name: 'c' },
      { name: 'a' },
    ]);
    expect(spec(original, { '$setElementOrder/containers': [{ name: 'd' }, { name: 'a' }], containers: [{ name: 'd' }] })).toEqual([
      { name: 'd' },
      { name: 'a' },
      { name: 'b' },
      { name: 'c' },
    ]);
  });

  it('gives an added element the place that a deleted one left, as upstream does', () => {
    expect(
      spec([{ name: 'a' }, { name: 'c' }], {
        '$setElementOrder/containers': [{ name: 'b' }],
        containers: [{ name: 'b' }, { name: 'c', $patch: 'delete' }],
      }),
    ).toEqual([{ name: 'a' }, { name: 'b' }]);
  });

  it('deletes and replaces by $patch', () => {
    expect(spec([{ name: 'a' }, { name: 'b' }], { containers: [{ name: 'a', $patch: 'delete' }] })).toEqual([{ name: 'b' }]);
    expect(spec([{ name: 'a' }, { name: 'b' }], { containers: [{ name: 'c' }, { $patch: 'replace' }] })).toEqual([{ name: 'c' }]);
    const { metadata } = strategicMergePatch(core.Pod.schema, pod([], { name: 'p', labels: { a: '1' } }), {
      metadata: { labels: { $patch: 'replace', b: '2' } },
    });
    expect(metadata).toEqual({ name: 'p', labels: { b: '2' } });
  });

  it('merges sets of scalars and deletes from them', () => {
    const original = pod([], { name: 'p', finalizers: ['x/a', 'x/b'] });
    expect(strategicMergePatch(core.Pod.schema, original, { metadata: { finalizers: ['x/b', 'x/c'] } })['metadata']).toEqual({
      name: 'p',
      finalizers: ['x/a', 'x/b', 'x/c'],
    });
    expect(
      strategicMergePatch(core.Pod.schema, original, { metadata: { '$deleteFromPrimitiveList/finalizers': ['x/a'] } })['metadata'],
    ).toEqual({ name: 'p', finalizers: ['x/b'] });
  });

  it('replaces lists that are not merged', () => {
    expect(spec([{ name: 'a', args: ['1', '2'] }], { containers: [{ name: 'a', args: ['3'] }] })).toEqual([{ name: 'a', args: ['3'] }]);
  });

  it('clears what $retainKeys does not list', () => {
    const original = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
    };
    expect(
      strategicMergePatch(apps.Deployment.schema, original, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } })['spec'],
    ).toEqual({ strategy: { type: 'Recreate' } });
    expect(() =>
      strategicMergePatch(apps.Deployment.schema, original, { spec: { strategy: { $retainKeys: [], type: 'Recreate' } } }),
    ).toThrow('invalid patch format of retainKeys');
  });

  it('does not change the original', () => {
    const original = pod([{ name: 'a', image: '1' }]);
    const before = JSON.stringify(original);
    strategicMergePatch(core.Pod.schema, original, { spec: { containers: [{ name: 'a', image: '2', $patch: 'delete' }] } });
    expect(JSON.stringify(original)).toBe(before);
  });

  it('leaves the patch without the directives that were followed', () => {
    const patch = { metadata: { $patch: 'replace', name: 'p', labels: { $patch: 'replace' } }, spec: { $retainKeys: ['containers'], containers: [{ name: 'a', $patch: 'delete' }] } };
    strategicMergePatch(core.Pod.schema, pod([{ name: 'a', image: '1' }]), patch);
    expect(patch).toEqual({ metadata: { name: 'p', labels: { $patch: 'replace' } }, spec: { containers: [{ name: 'a', $patch: 'delete' }] } });
  });

  it.each([
    [{ containers: [{ name: 'a', $patch: 'explode' }] }, 500, 'unknown patch type: explode in map: map[$patch:explode name:a]'],
    [{ containers: [{ image: 'x' }] }, 500, 'map: map[image:x] does not contain declared merge key: name'],
    [{ containers: ['a'] }, 500, 'list element types are not identical: [[map[image:1 name:a]] [a]]'],
    [{ '$setElementOrder/containers': 'a' }, 500, 'expected a []interface {}, but received a string'],
    [
      { '$setElementOrder/containers': [{ name: 'b' }], containers: [{ name: 'z' }] },
      500,
      "The order in patch list:\n[map[name:z]]\n doesn't match $setElementOrder list:\n[map[name:b]]\n",
    ],
    [{ $deleteFromPrimitiveList: ['a'] }, 400, 'invalid patch format of primitive list'],
    [{ containers: [['a']] }, 500, 'list element types are not identical: [[map[image:1 name:a]] [[a]]]'],
  ])('refuses %j in upstream’s words', (patch, code, message) => {
    let thrown: unknown;
    try {
      spec([{ name: 'a', image: '1' }], patch);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(StatusError);
    expect(thrown).toMatchObject({ code, message });
  });

  it('is not for custom resources', () => {
    const custom: Struct = { kind: 'struct', fields: new Map(), unknown: 'keep', merge: 'granular' };
    expect(() => strategicMergePatch(custom, {}, {})).toThrow('strategic merge patch format is not supported');
  });
});
