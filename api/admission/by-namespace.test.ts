import { describe, expect, it } from '@jest/globals';
import type { CachedReader } from '../../registry/generic/context.ts';
import { listsOf } from './by-namespace.ts';

describe('lists of a namespace', () => {
  it('are made once between two changes', () => {
    const objects: Record<string, readonly string[]> = { a: ['one'] };
    const listed: string[] = [];
    let changed = (): void => undefined;
    const reader: CachedReader<string> = {
      hasSynced: () => true,
      get: () => undefined,
      list: (namespace = '') => {
        listed.push(namespace);
        return objects[namespace] ?? [];
      },
      onChange: (listener) => {
        changed = () => listener({ key: { namespace: 'a', name: 'x' } });
        return () => undefined;
      },
    };
    const listIn = listsOf(reader);
    expect([listIn('a'), listIn('b'), listIn('a'), listIn('b')]).toEqual([['one'], [], ['one'], []]);
    expect(listed).toEqual(['a', 'b']);
    objects['b'] = ['two'];
    changed();
    expect(listIn('b')).toEqual(['two']);
    expect(listed).toEqual(['a', 'b', 'b']);
  });
});
