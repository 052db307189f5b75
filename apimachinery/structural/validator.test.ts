import { describe, expect, it } from '@jest/globals';
import type { Schema } from '../cel/schema-types.ts';
import { Path, type FieldError } from '../validation/field.ts';
import { Correlated } from './correlation.ts';
import { SchemaValidator } from './validator.ts';

const SPEC: Schema = {
  type: 'object',
  required: ['size'],
  properties: {
    size: { type: 'integer', minimum: 1, maximum: 5 },
    color: { type: 'string', enum: ['red', 'blue'] },
    code: { type: 'string', pattern: '^[a-z]+$', maxLength: 3 },
    tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set', maxItems: 2 },
    many: { type: 'object', additionalProperties: { type: 'integer' }, minProperties: 1 },
  },
};
const WHOLE: Schema = { type: 'object', required: ['spec'], properties: { spec: SPEC } };

const shown = (errors: readonly FieldError[]): string[] => errors.map((e) => `${e.field}: ${e.message}`);
const problems = (schema: Schema, value: unknown): string[] => shown(new SchemaValidator(schema).validate(value));

describe('a schema', () => {
  it('has nothing against what fits', () => {
    expect(problems(WHOLE, { spec: { size: 2, color: 'red', code: 'ab', tags: ['x'], many: { a: 1 } } })).toEqual([]);
  });

  it.each<[name: string, spec: unknown, want: string[]]>([
    ['a missing part', undefined, ['spec: Required value']],
    ['a missing member', {}, ['spec.size: Required value']],
    ['a wrong type', { size: 'big' }, ['spec.size: Invalid value: "string": spec.size in body must be of type integer: "string"']],
    ['a number too small', { size: 0 }, ['spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1']],
    ['a text that does not match', { size: 1, code: 'A' }, ['spec.code: Invalid value: "A": spec.code in body should match \'^[a-z]+$\'']],
    ['a value outside of an enum', { size: 1, color: 'green' }, ['spec.color: Unsupported value: "green": supported values: "red", "blue"']],
    ['null', { size: null }, ['spec.size: Invalid value: "null": spec.size in body must be of type integer: "null"']],
    ['null in a list, before the length of the list', { size: 1, tags: ['a', null, 'b'] }, ['spec.tags[1]: Invalid value: "null": spec.tags[1] in body must be of type string: "null"', 'spec.tags: Too many: 3: must have at most 2 items']],
    ['the number of members', { size: 1, many: {} }, ['spec.many: Invalid value: 0: spec.many in body should have at least 1 properties']],
    ['members of any name', { size: 1, many: { b: 'x' } }, ['spec.many.b: Invalid value: "string": spec.many.b in body must be of type integer: "string"']],
    ['a whole number where a float would be', { size: 1.5 }, ['spec.size: Invalid value: "number": spec.size in body must be of type integer: "number"']],
  ])('tells %s', (_, spec, want) => {
    expect(problems(WHOLE, spec === undefined ? {} : { spec })).toEqual(want);
  });

  it.each<[name: string, schema: Schema, value: unknown, want: string[]]>([
    ['null is none of an enum, even if it is listed', { type: 'string', nullable: true, enum: ['a', null] as never }, null, ['<nil>: Unsupported value: null: supported values: "a", "null"']],
    ['a number too large for a double that stands for an integer', { type: 'integer' }, 1e21, ['<nil>: Invalid value: "number":  in body must be of type integer: "number"']],
    ['an integer of 64 bits', { type: 'integer' }, 9223372036854775807n, []],
    ['an integer of more', { type: 'integer' }, 9223372036854775808n, ['<nil>: Invalid value: "number":  in body must be of type integer: "number"']],
    ['a multiple, but for rounding', { type: 'number', multipleOf: 0.1 }, 0.3, []],
    ['no multiple', { type: 'number', multipleOf: 0.1 }, 0.35, ['<nil>: Invalid value: 0.35:  in body should be a multiple of 0.1']],
    ['an integer against a fraction', { type: 'number', multipleOf: 0.5 }, 3, ['<nil>: Invalid value: 0: factor MultipleOf declared for  must be positive: 0']],
    ['a large limit', { type: 'number', maximum: 2_000_000.5 }, 2_000_001.5, ['<nil>: Invalid value: 2.0000015e+06:  in body should be less than or equal to 2.0000005e+06']],
    ['a text of a format that is a number', { type: 'string', format: 'date' }, 5, ['<nil>: Invalid value: "int64":  in body must be of type date: "int64"']],
    ['a list where a text of a format is wanted', { type: 'string', format: 'date' }, [], []],
    ['what may be a number or a text', { 'x-kubernetes-int-or-string': true }, true, ['<nil>: Invalid value: "boolean":  in body must be of type integer,string: "boolean"']],
  ])('says of %s', (_, schema, value, want) => {
    expect(problems(schema, value)).toEqual(want);
  });

  it('of defaults asks no type where both a number and a text are right', () => {
    expect(new SchemaValidator({ 'x-kubernetes-int-or-string': true }, 'defaults').validate(true)).toEqual([]);
  });

  it('names what lies within the value that is judged', () => {
    const validator = new SchemaValidator({ type: 'object', required: ['a'], properties: { a: { type: 'integer' } } });
    expect(shown(validator.validate({}, undefined, Path.of('status')))).toEqual(['status.a: Required value']);
    expect(shown(validator.validate({ a: 'x' }, undefined, Path.of('status')))).toEqual(['status.a: Invalid value: "string": a in body must be of type integer: "string"']);
    expect(shown(validator.validate('x', undefined, Path.of('status')))).toEqual(['status: Invalid value: "string":  in body must be of type object: "string"']);
  });
});

describe('alternatives', () => {
  const part = (schema: Schema): Schema => ({ type: 'object', properties: { v: { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'string' } }, ...schema } } });
  const min = (n: number): Schema => ({ properties: { a: { minimum: n } } });

  it.each<[name: string, schema: Schema, value: unknown, want: string[]]>([
    ['anyOf: one is enough', { anyOf: [min(5), min(1)] }, { a: 2 }, []],
    ['anyOf: the nearest failure is told, the first of equals', { anyOf: [min(9), { required: ['b'] }] }, { a: 2 }, ['<nil>: Invalid value: "": "v" must validate at least one schema (anyOf)', 'v.a: Invalid value: 2: v.a in body should be greater than or equal to 9']],
    ['oneOf: none', { oneOf: [min(9), min(8)] }, { a: 2 }, ['<nil>: Invalid value: "": "v" must validate one and only one schema (oneOf). Found none valid', 'v.a: Invalid value: 2: v.a in body should be greater than or equal to 9']],
    ['oneOf: too many', { oneOf: [min(1), min(2)] }, { a: 2 }, ['<nil>: Invalid value: "": "v" must validate one and only one schema (oneOf). Found 2 valid alternatives']],
    ['allOf: some', { allOf: [min(1), min(3)] }, { a: 2 }, ['v.a: Invalid value: 2: v.a in body should be greater than or equal to 3', '<nil>: Invalid value: "": "v" must validate all the schemas (allOf)']],
    ['allOf: none; what two say is told once', { allOf: [min(3), min(3)] }, { a: 2 }, ['v.a: Invalid value: 2: v.a in body should be greater than or equal to 3', '<nil>: Invalid value: "": "v" must validate all the schemas (allOf). None validated']],
    ['not', { not: { required: ['a'] } }, { a: 2 }, ['<nil>: Invalid value: "": "v" must not validate the schema (not)']],
  ])('%s', (_, schema, value, want) => {
    expect(problems(part(schema), { v: value })).toEqual(want);
  });
});

describe('what was wrong before', () => {
  const update = (spec: object, old: object, schema = WHOLE): string[] => shown(new SchemaValidator(schema).validate({ spec }, new Correlated({ spec }, { spec: old }, schema)));

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

  it('may not stay wrong by what an alternative says of a part, unless the whole stays', () => {
    const schema: Schema = { type: 'object', properties: { spec: { ...SPEC, allOf: [{ properties: { size: { maximum: 3 } } }] } } };
    const want = ['spec.size: Invalid value: 4: spec.size in body should be less than or equal to 3', '<nil>: Invalid value: "": "spec" must validate all the schemas (allOf). None validated'];
    expect(update({ size: 4, code: 'b' }, { size: 4, code: 'a' }, schema)).toEqual(want);
    expect(update({ size: 4, code: 'a' }, { size: 4, code: 'a' }, schema)).toEqual([]);
  });
});
