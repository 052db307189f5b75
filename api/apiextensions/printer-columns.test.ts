import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../../apimachinery/meta.ts';
import { printerColumns } from './printer-columns.ts';

const object = { apiVersion: 'e/v1', kind: 'W', metadata: { name: 'a' }, spec: { items: [{ n: 'x' }, { n: 'y' }], size: 3.7, on: true, nothing: null, o: { a: 1 } } } as unknown as Obj;
const cell = (type: string, jsonPath: string): unknown => printerColumns([{ name: 'C', type, jsonPath }])[1]?.cell(object, 0);

describe('a column of a custom resource', () => {
  it.each([
    ['string', '.spec.items[*].n', 'x'],
    ['string', '.spec.o', '{"a":1}'],
    ['string', '.spec.none', null],
    ['string', '.spec.nothing', '<no value>'],
    ['integer', '.spec.nothing', null],
    ['integer', '.spec.size', 3],
    ['number', '.spec.size', 3.7],
    ['boolean', '.spec.on', true],
    ['boolean', '.spec.size', null],
  ])('of type %s shows the first of what %s finds', (type, path, want) => {
    expect(cell(type, path)).toBe(want);
  });
});
