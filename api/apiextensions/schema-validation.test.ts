import { describe, expect, it } from '@jest/globals';
import { compileCustomResource } from '../../apimachinery/schema/openapi-compile.ts';
import { Correlated } from './correlation.ts';
import { validateBySchema } from './schema-validation.ts';

type Props = NonNullable<Parameters<typeof compileCustomResource>[0]>;

const schema = compileCustomResource({
  type: 'object',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['size'],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 5 },
        color: { type: 'string', enum: ['red', 'blue'] },
        code: { type: 'string', pattern: '^[a-z]+$', maxLength: 3 },
        tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set', maxItems: 2 },
      },
    },
  },
} as unknown as Props);

const problems = (spec: unknown): string[] => validateBySchema(schema, { apiVersion: 'e/v1', kind: 'Widget', metadata: {}, ...(spec !== undefined && { spec }) }).map((e) => `${e.field}: ${e.message}`);

describe('validateBySchema', () => {
  it('has nothing against what fits', () => {
    expect(problems({ size: 2, color: 'red', code: 'ab', tags: ['x'] })).toEqual([]);
  });

  it.each([
    { name: 'a missing part', spec: undefined, want: ['spec: Required value'] },
    { name: 'a missing member', spec: {}, want: ['spec.size: Required value'] },
    { name: 'a wrong type', spec: { size: 'big' }, want: ['spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"'] },
    { name: 'a number too small', spec: { size: 0 }, want: ['spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1'] },
    { name: 'a text that does not match', spec: { size: 1, code: 'A' }, want: ['spec.code: Invalid value: "A": spec.code in body should match \'^[a-z]+$\''] },
    { name: 'a value outside of an enum', spec: { size: 1, color: 'green' }, want: ['spec.color: Unsupported value: "green": supported values: "red", "blue"'] },
  ])('tells $name', ({ spec, want }) => {
    expect(problems(spec)).toEqual(want);
  });
});

describe('what was wrong before', () => {
  const declared = { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' }, code: { type: 'string' } } } } } as const;
  const update = (spec: object, old: object): string[] => validateBySchema(schema, { spec }, '', new Correlated({ spec }, { spec: old }, declared)).map((e) => `${e.field}: ${e.message}`);

  it('may stay wrong', () => {
    expect(update({ size: 9, code: 'ab' }, { size: 9, code: 'a' })).toEqual([]);
  });

  it('may not become wrong in another way', () => {
    expect(update({ size: 8 }, { size: 9 })).toEqual(['spec.size: Invalid value: 8: spec.size in body should be less than or equal to 5']);
  });

  it('may lack what is required while nothing beside it changes', () => {
    expect(update({ code: 'a' }, { code: 'a' })).toEqual([]);
    expect(update({ code: 'b' }, { code: 'a' })).toEqual(['spec.size: Required value']);
  });
});
