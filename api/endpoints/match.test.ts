import { describe, expect, it } from '@jest/globals';
import { parseFieldSelector } from '../../apimachinery/fields/selector.ts';
import { selectable } from '../../registry/generic/define.ts';
import { widgets } from '../../registry/testing/widgets.ts';
import type { ConfigMap } from '../../apimachinery/types/core.gen.ts';
import type { Tested } from '../../storage/cacher/interface.ts';
import { selectionOf, type Selection } from './match.ts';
import type { Target } from './scope.ts';

const definition = widgets({}, { selectableFields: [selectable<ConfigMap>('data.color', (cm) => cm.data?.['color'], { indexed: true }), selectable<ConfigMap>('data.size', (cm) => cm.data?.['size'])] });
const version = definition.versions[0];
if (!version) throw new Error('widgets have a version');
const target = { definition, version } as unknown as Target;
const select = (text: string, namespace = '', name = ''): Selection => selectionOf(target, { fields: parseFieldSelector(text) } as never, namespace, name);
const tested = (name: string, fields: Readonly<Record<string, string>> = {}): Tested => ({ namespace: 'n', name, labels: {}, ownerUids: [], fields: { 'metadata.name': name, 'metadata.namespace': 'n', ...fields } });

describe('a field selector', () => {
  it('becomes a look-up where it names one object', () => {
    expect(select('metadata.name=a', 'n').match).toEqual({ namespace: 'n', name: 'a' });
  });

  it('matches nothing when it names two', () => {
    const { match } = select('metadata.name=a,metadata.name=b');
    expect([match.name, match.test?.(tested('a'))]).toEqual(['a', false]);
  });

  it('takes a namespace across all for the namespace', () => {
    expect(select('metadata.namespace=n').match).toEqual({ namespace: 'n' });
  });

  it('uses an index and tests the rest', () => {
    const { match, isEverything } = select('data.color=red,data.size!=big');
    const answers = ['big', 'small'].map((size) => match.test?.(tested('a', { 'data.color': 'red', 'data.size': size })));
    expect([match.index, answers, isEverything]).toEqual([{ name: 'data.color', value: 'red' }, [false, true], false]);
  });

  it('must agree with the name in the path', () => {
    expect(() => select('metadata.name=b', 'n', 'a')).toThrow("fieldSelector metadata.name doesn't match requested name");
  });

  it('may name fields of the resource alone', () => {
    expect(() => select('spec.bogus=1')).toThrow('field label not supported: spec.bogus');
  });
});
