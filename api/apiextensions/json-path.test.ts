import { describe, expect, it } from '@jest/globals';
import { jsonPath, jsonPathText } from './json-path.ts';

const object = { spec: { replicas: 3, 'a.b': 'dotted', ports: [{ name: 'http', port: 80 }, { name: 'https', port: 443 }] }, status: { conditions: [{ type: 'Ready', status: 'True' }, { type: 'Synced', status: 'False' }] } };

describe('jsonPath', () => {
  it.each([
    { path: '.spec.replicas', want: [3] },
    { path: "{.spec['a.b']}", want: ['dotted'] },
    { path: '.spec.ports[1].port', want: [443] },
    { path: '.spec.ports[-1].name', want: ['https'] },
    { path: '.spec.ports[*].name', want: ['http', 'https'] },
    { path: '.status.conditions[?(@.type=="Ready")].status', want: ['True'] },
    { path: '.spec.none.deeper', want: [] },
  ])('finds $path', ({ path, want }) => {
    expect(jsonPath(path)(object)).toEqual(want);
  });

  it('prints texts as they are and the rest as JSON', () => {
    expect(jsonPathText(['a', 1, { b: true }])).toBe('a 1 {"b":true}');
  });

  it('refuses what it does not understand', () => {
    expect(() => jsonPath('.spec[')).toThrow('is not understood at [');
  });
});
