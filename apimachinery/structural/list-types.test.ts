import { describe, expect, it } from '@jest/globals';
import type { Schema } from '../cel/schema-types.ts';
import { Path } from '../validation/field.ts';
import { listTypeErrors } from './list-types.ts';

const ITEM: Schema = { type: 'object', properties: { k: { type: 'string' }, l: { type: 'string' } } };
const SCHEMA: Schema = {
  type: 'object',
  properties: {
    set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
    objects: { type: 'array', items: ITEM, 'x-kubernetes-list-type': 'set' },
    map: { type: 'array', items: ITEM, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] },
    two: { type: 'array', items: ITEM, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k', 'l'] },
    plain: { type: 'array', items: { type: 'string' } },
    within: { type: 'object', additionalProperties: { type: 'array', items: { type: 'integer' }, 'x-kubernetes-list-type': 'set' } },
  },
};
const told = (value: unknown): string[] => listTypeErrors(SCHEMA, value, Path.of('spec')).map(({ field, message }) => `${field}: ${message}`);

describe('a list', () => {
  it.each([
    ['of no type may repeat itself', { plain: ['a', 'a'] }, []],
    ['that is a set holds nothing twice; more often is told once', { set: ['a', 'b', 'a', 'b', 'a'] }, ['spec.set[2]: Duplicate value: "a"', 'spec.set[3]: Duplicate value: "b"']],
    ['that is a set compares objects whole', { objects: [{ k: 'a', l: 'b' }, { l: 'b', k: 'a' }, { k: 'a' }] }, ['spec.objects[1]: Duplicate value: {"k":"a","l":"b"}']],
    ['that is a map has keys once', { map: [{ k: 'a', l: '1' }, { k: 'a', l: '2' }] }, ['spec.map[1]: Duplicate value: {"k":"a"}']],
    ['that is a map lacks a key once', { map: [{ l: '1' }, { l: '2' }] }, ['spec.map[1]: Duplicate value: {}']],
    ['that is a map compares all keys', { two: [{ k: 'a', l: '1' }, { k: 'a', l: '2' }, { k: 'a', l: '1' }] }, ['spec.two[2]: Duplicate value: {"k":"a","l":"1"}']],
    ['that is a map holds objects', { map: ['x'] }, ['spec.map[0]: Invalid value: "x": must be an object for an array of list-type map']],
    ['may stand in a map', { within: { a: [1, 1] } }, ['spec.within[a][1]: Duplicate value: 1']],
  ])('%s', (_, value, errors) => {
    expect(told(value)).toEqual(errors);
  });
});
