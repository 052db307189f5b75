import { describe, expect, it } from '@jest/globals';
import { Store } from './store.ts';

const obj = (namespace: string, name: string, color: string) => ({ metadata: { namespace, name }, color });

describe('Store', () => {
  it('keeps its indexes equal to its objects', () => {
    const store = new Store<ReturnType<typeof obj>>();
    store.addIndex('color', (o) => [o.color]);
    store.set(obj('a', 'x', 'red'));
    store.set(obj('b', 'y', 'red'));
    store.set(obj('a', 'x', 'blue'));
    expect(store.byIndex('color', 'red').map((o) => o.metadata.name)).toEqual(['y']);
    expect(store.list('a').map((o) => o.color)).toEqual(['blue']);
    store.delete({ namespace: 'b', name: 'y' });
    expect(store.byIndex('color', 'red')).toEqual([]);
    expect(store.size).toBe(1);
  });

  it('indexes what is there when an index comes late', () => {
    const store = new Store<ReturnType<typeof obj>>();
    store.set(obj('a', 'x', 'red'));
    store.addIndex('color', (o) => [o.color]);
    expect(store.byIndex('color', 'red')).toHaveLength(1);
  });

  it('refuses two functions under one name', () => {
    const store = new Store<ReturnType<typeof obj>>();
    store.addIndex('color', (o) => [o.color]);
    expect(() => store.addIndex('color', () => [])).toThrow('exists with another function');
    expect(() => store.byIndex('size', '1')).toThrow('no index named size');
  });
});
