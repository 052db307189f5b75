import { describe, expect, it } from '@jest/globals';
import type { Obj } from '../../apimachinery/meta.ts';
import { widgets } from '../testing/widgets.ts';
import type { MetadataRules, Strategy } from './definition.ts';
import { createMetaErrors, updateMetaErrors } from './meta-errors.ts';

const object = (metadata: object): Obj => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'ns', name: 'a', resourceVersion: '1', uid: 'u', ...metadata } }) as unknown as Obj;
const strategyOf = (metadata: MetadataRules, more: Strategy = {}): Strategy => ({ ...more, metadata });
const definition = widgets();
/** A label that no object may have, and a finalizer that only built-ins refuse. */
const bad = object({ labels: { 'a b': 'c' }, finalizers: ['x'] });

const LABEL = 'metadata.labels';
const FINALIZER = 'metadata.finalizers[0]';
const fields = (errors: readonly { readonly field: string }[]): readonly string[] => errors.map((e) => e.field);

describe('mistakes in the metadata of a new object', () => {
  const rows: [string, MetadataRules, { first: string[]; placed: string[]; last: string[] }][] = [
    ['come first', {}, { first: [LABEL, FINALIZER], placed: [], last: [] }],
    ['leave finalizers alone', { finalizers: 'generic' }, { first: [LABEL], placed: [], last: [] }],
    ['are put among its own by the type', { onCreate: 'placed' }, { first: [], placed: [LABEL, FINALIZER], last: [LABEL] }],
    ['come last, and only those of every resource', { onCreate: 'last' }, { first: [], placed: [], last: [LABEL] }],
  ];
  it.each(rows)('%s', (_what, rules, want) => {
    const found = createMetaErrors(definition, strategyOf(rules), bad);
    expect({ first: fields(found.first), placed: fields(found.placed.whole()), last: fields(found.last) }).toEqual(want);
    expect(found.placed.change()).toEqual([]);
  });

  it('lets the name be judged with the object', () => {
    const strategy = strategyOf({}, { validateName: (name, _isPrefix, obj) => (name === obj.metadata.labels?.['wanted'] ? [] : ['must be as wanted']) });
    expect(createMetaErrors(definition, strategy, object({ labels: { wanted: 'a' } })).first).toEqual([]);
    expect(createMetaErrors(definition, strategy, object({ labels: { wanted: 'b' } })).first).toMatchObject([{ field: 'metadata.name', message: 'Invalid value: "a": must be as wanted' }]);
  });

  it('judges a prefix unless the type does not', () => {
    const generated = object({ name: 'Bad_x', generateName: 'Bad_' });
    expect(fields(createMetaErrors(definition, strategyOf({}), generated).first)).toEqual(['metadata.generateName', 'metadata.name']);
    expect(fields(createMetaErrors(definition, strategyOf({}, { validatesGenerateName: false }), generated).first)).toEqual(['metadata.name']);
  });
});

describe('mistakes in the metadata of a changed object', () => {
  const registry = [LABEL, LABEL];
  const whole = [LABEL, FINALIZER];
  const change = [LABEL, FINALIZER];
  const rows: [string, MetadataRules, string[]][] = [
    ['by the registry alone', { onUpdate: [] }, registry],
    ['as a change', { onUpdate: ['change'] }, [...registry, ...change]],
    ['as a whole', { onUpdate: ['whole'], finalizers: 'generic' }, [...registry, LABEL]],
    ['both ways', {}, [...registry, ...change, ...whole]],
    ['by the type itself', { onUpdate: 'placed' }, registry],
  ];
  it.each(rows)('are told %s', (_what, rules, want) => {
    const found = updateMetaErrors(definition, strategyOf(rules), bad, object({}));
    expect(fields(found.first)).toEqual(want);
    expect(found.placed.whole().length).toBe(rules.onUpdate === 'placed' ? whole.length : 0);
  });

  it('are none when nothing is wrong', () => {
    expect(updateMetaErrors(definition, strategyOf({}), object({ labels: { a: 'b' } }), object({})).first).toEqual([]);
  });
});
