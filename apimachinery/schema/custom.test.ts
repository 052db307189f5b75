import { describe, expect, it } from '@jest/globals';
import { encodeJson } from '../serializer/json.ts';
import type { JSONSchemaProps } from '../types/apiextensions.gen.ts';
import type { Draft } from '../types/type.ts';
import { setSchemaDefaults } from './defaults.ts';
import type { Struct } from './model.ts';
import { decodeObject, decodeObjectJson } from './normalise.ts';
import { compileCustomResource } from './openapi-compile.ts';
import { prune } from './prune.ts';

const compile = (spec: Draft<JSONSchemaProps>): Struct =>
  compileCustomResource({ type: 'object', properties: { spec } } as JSONSchemaProps);
const CRONTAB = compileCustomResource({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['cronSpec'],
      properties: {
        cronSpec: { type: 'string', pattern: '^x$' },
        replicas: { type: 'integer', default: 1 },
        port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        ratio: { type: 'number', nullable: true },
        ports: {
          type: 'array',
          items: { type: 'object', properties: { name: { type: 'string' }, protocol: { type: 'string', default: 'TCP' } } },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name'],
        },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true, properties: { known: { type: 'object' } } },
        labels: { type: 'object', additionalProperties: { type: 'string', default: 'none' } },
        anything: { 'x-kubernetes-preserve-unknown-fields': true },
        template: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          properties: { spec: { type: 'object', properties: { a: { type: 'string' } } } },
        },
      },
    },
  },
});
const META = { apiVersion: 'stable.example.com/v1', kind: 'CronTab' };
const utf8 = new TextEncoder();
const decode = (object: unknown): ReturnType<typeof decodeObject> => decodeObject(CRONTAB, object);

describe("a CRD's schema in the model", () => {
  it('becomes structs, lists, maps and scalars', () => {
    const spec = CRONTAB.fields.get('spec')?.schema as Struct;
    expect(spec).toMatchObject({ kind: 'struct', unknown: 'drop' });
    expect(spec.fields.get('cronSpec')).toMatchObject({ required: true, schema: { kind: 'scalar', is: 'string' } });
    expect(spec.fields.get('replicas')).toMatchObject({ default: 1, schema: { kind: 'scalar', is: 'int64' } });
    expect(spec.fields.get('port')?.schema).toEqual({ kind: 'scalar', is: 'intOrString' });
    expect(spec.fields.get('ports')?.schema).toMatchObject({ kind: 'list', merge: { keys: ['name'] }, declared: true });
    expect(spec.fields.get('labels')?.schema).toMatchObject({ kind: 'map', values: { kind: 'scalar', is: 'string' } });
    expect(spec.fields.get('free')?.schema).toMatchObject({ kind: 'struct', unknown: 'keep' });
    expect(spec.fields.get('anything')?.schema).toEqual({ kind: 'any' });
    expect([...CRONTAB.fields.keys()]).toEqual(['apiVersion', 'kind', 'metadata', 'spec']);
  });

  it('keeps what its author says of metadata beside the type that metadata has', () => {
    const { fields } = compileCustomResource({ type: 'object', properties: { metadata: { type: 'object', properties: { name: { type: 'string', default: 'x' } } } } });
    expect(fields.get('metadata')?.schema).toMatchObject({ kind: 'struct', name: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' });
    const declared = fields.get('metadata')?.declared;
    expect(declared?.kind === 'struct' && declared.fields.get('name')).toMatchObject({ default: 'x' });
    expect(fields.get('kind')?.declared).toBeNull();
  });

  it('keeps everything without a schema', () => {
    const { object, strict } = decodeObject(compileCustomResource(undefined), { ...META, metadata: { name: 'a' }, x: { y: [1] } });
    expect(strict).toEqual([]);
    expect(object).toMatchObject({ x: { y: [1] } });
  });
});

describe('decoding of a custom resource', () => {
  it('orders members by bytes, types metadata and prunes', () => {
    const { object, strict, errors } = decode({
      spec: {
        zzz: 1,
        cronSpec: 'x',
        ports: [{ name: 'a', nope: 1 }],
        free: { other: { deep: 1 }, known: { gone: 1 } },
        labels: { b: '2', a: '1' },
        anything: { x: [{ y: 1 }] },
      },
      metadata: { namespace: 'd', name: 'n', creationTimestamp: null, typo: 1, labels: { b: 'c' } },
      kind: 'CronTab',
      apiVersion: 'stable.example.com/v1',
      extra: true,
    });
    expect(errors).toEqual([]);
    expect(strict).toEqual([
      'unknown field "metadata.typo"',
      'unknown field "extra"',
      'unknown field "spec.free.known.gone"',
      'unknown field "spec.ports[0].nope"',
      'unknown field "spec.zzz"',
    ]);
    expect(encodeJson(object)).toBe(
      '{"apiVersion":"stable.example.com/v1","kind":"CronTab","metadata":{"labels":{"b":"c"},"name":"n","namespace":"d"},"spec":{"anything":{"x":[{"y":1}]},"cronSpec":"x","free":{"known":{},"other":{"deep":1}},"labels":{"a":"1","b":"2"},"ports":[{"name":"a"}]}}',
    );
  });

  it('refuses metadata of a wrong type, in the words of ObjectMeta alone', () => {
    expect(decode({ ...META, metadata: { name: 5 } }).errors).toEqual([
      'json: cannot unmarshal number into Go struct field ObjectMeta.name of type string',
    ]);
    expect(decode({ ...META, metadata: 'x' }).errors).toEqual(['json: cannot unmarshal string into Go value of type v1.ObjectMeta']);
    expect(decode([]).errors).toEqual(['json: cannot unmarshal array into Go value of type map[string]interface {}']);
  });

  it('reports duplicates of the whole document', () => {
    const { strict, object } = decodeObjectJson(
      CRONTAB,
      utf8.encode('{"apiVersion":"stable.example.com/v1","kind":"CronTab","spec":{"replicas":1,"replicas":2}}'),
    );
    expect(strict).toEqual(['duplicate field "spec.replicas"']);
    expect(object).toMatchObject({ spec: { replicas: 2 } });
  });

  it('removes nulls that are neither allowed nor defaulted', () => {
    expect(decode({ ...META, spec: { cronSpec: null, ratio: null, replicas: null, labels: { a: null }, anything: null } }).object).toEqual({
      ...META,
      spec: { ratio: null, replicas: null, labels: { a: null } },
    });
  });

  it('types the metadata of embedded resources and implies their kind', () => {
    const { object, strict } = decode({
      ...META,
      spec: {
        template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a', creationTimestamp: null, typo: 1 }, spec: { a: 'b', c: 1 } },
      },
    });
    expect(strict).toEqual(['unknown field "spec.template.spec.c"', 'unknown field "spec.template.metadata.typo"']);
    expect(object).toEqual({ ...META, spec: { template: { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'a' }, spec: { a: 'b' } } } });
    expect(decode({ ...META, spec: { template: { kind: 5 } } }).errors).toEqual(['spec.template.kind: Invalid value: 5: must be a string']);
  });

  it('removes nulls from the kind of an embedded resource only where its author declares it', () => {
    const resource = (properties: Draft<JSONSchemaProps>['properties']) => ({ type: 'object', properties: { one: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true, properties } } }) as Draft<JSONSchemaProps>;
    const given = { ...META, spec: { one: { kind: null } } };
    expect(decodeObject(compile(resource({})), given).errors).toEqual(['spec.one.kind: Invalid value: null: must be a string']);
    expect(decodeObject(compile(resource({ kind: { type: 'string' } })), given)).toMatchObject({ errors: [], object: { spec: { one: {} } } });
  });

  it('leaves scalars of a wrong type to validation', () => {
    expect(decode({ ...META, spec: { replicas: 'many' } })).toMatchObject({ errors: [], object: { spec: { replicas: 'many' } } });
  });
});

describe('prune', () => {
  it('removes members where a schema knows nothing, but no scalars', () => {
    const schema = compile({ type: 'object', additionalProperties: true });
    const object = { ...META, spec: { a: 1, b: { c: 1 }, d: [{ e: 1 }, 2] } };
    expect(prune(schema, object)).toEqual(['spec.b.c', 'spec.d[0].e']);
    expect(object.spec).toEqual({ a: 1, b: {}, d: [{}, 2] });
  });
});

describe('defaults of a schema', () => {
  it('fill what is missing or null where null is not allowed, level by level, and only once', () => {
    const object = { ...META, spec: { replicas: null, ports: [{ name: 'a' }, { protocol: 'UDP' }], labels: { a: null } } };
    setSchemaDefaults(CRONTAB, object);
    const want = { ...META, spec: { replicas: 1, ports: [{ name: 'a', protocol: 'TCP' }, { protocol: 'UDP' }], labels: { a: 'none' } } };
    expect(object).toEqual(want);
    setSchemaDefaults(CRONTAB, object);
    expect(object).toEqual(want);
  });

  it('are applied inside defaults, and each object gets its own copy', () => {
    const schema = compile({
      type: 'object',
      default: {},
      properties: { list: { type: 'array', default: [{}], items: { type: 'object', properties: { x: { type: 'integer', default: 5 } } } } },
    });
    const [a, b] = [{ ...META }, { ...META }] as Record<string, unknown>[];
    for (const object of [a, b]) setSchemaDefaults(schema, object);
    expect(a?.['spec']).toEqual({ list: [{ x: 5 }] });
    expect(a?.['spec']).not.toBe(b?.['spec']);
  });

  it('are those of the kind and the metadata of a resource within, where its author declares them', () => {
    const members = { kind: { type: 'string', default: 'ConfigMap' }, metadata: { type: 'object', properties: { name: { type: 'string', default: 'x' } } } };
    const schema = compile({ type: 'object', properties: { one: { type: 'object', 'x-kubernetes-embedded-resource': true, properties: members } } } as Draft<JSONSchemaProps>);
    const object = { ...META, spec: { one: { metadata: {} } } };
    setSchemaDefaults(schema, object);
    expect(object.spec.one).toEqual({ kind: 'ConfigMap', metadata: { name: 'x' } });
  });

  it('leave metadata alone', () => {
    const object = { ...META, metadata: { name: 'a' } };
    setSchemaDefaults(CRONTAB, object);
    expect(object.metadata).toEqual({ name: 'a' });
  });
});
