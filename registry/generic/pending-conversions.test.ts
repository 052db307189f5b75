import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../../apimachinery/meta.ts';
import type { Converter, ResourceDefinition } from './definition.ts';
import { withConversions } from './pending-conversions.ts';

const never = new AbortController().signal;
const obj = { apiVersion: 'g/v1', kind: 'Widget', metadata: { name: 'a' }, old: 1 } as unknown as Obj;

function definition(convert: Converter): ResourceDefinition {
  const versions = ['v1', 'v2'].map((version) => ({ gvk: { group: 'g', version, kind: 'Widget' }, convert }));
  return { storedAs: 'widgets.g', storageVersion: { group: 'g', version: 'v1' }, versions, convertsOnRead: true } as unknown as ResourceDefinition;
}

describe('withConversions', () => {
  it('runs the work again until each conversion that it asks for is there, and asks for none twice', async () => {
    const asked: string[] = [];
    const converting = definition((objects, to) => (asked.push(to.version), Promise.resolve(objects.map((o) => ({ ...o, apiVersion: `g/${to.version}`, new: 2 })))));
    let runs = 0;
    const result = await withConversions(converting, never, (convert) => {
      runs++;
      const there = convert(obj, 'g/v2');
      return [convert(obj, 'g/v1'), convert(obj, 'g/v2') === there, convert({ ...there, metadata: obj.metadata }, 'g/v1')];
    });
    expect(result).toMatchObject([obj, true, { apiVersion: 'g/v1', new: 2 }]);
    expect({ asked, runs }).toEqual({ asked: ['v2', 'v1'], runs: 3 });
  });

  it('takes a version that is not known for a change of apiVersion', async () => {
    expect(await withConversions(definition(() => []), never, (convert) => convert(obj, 'g/v9'))).toEqual({ ...obj, apiVersion: 'g/v9' });
  });

  it('fails as the conversion fails', async () => {
    const failing = definition(() => Promise.reject(new Error('no')));
    await expect(withConversions(failing, never, (convert) => convert(obj, 'g/v2'))).rejects.toThrow('no');
  });

  it('passes on what the work throws', async () => {
    const work = (): never => {
      throw new RangeError('mine');
    };
    await expect(withConversions(definition(() => []), never, work)).rejects.toThrow(RangeError);
  });
});
