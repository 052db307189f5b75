import { describe, expect, it } from '@jest/globals';
import { compileCustomResource } from '../../apimachinery/schema/openapi-compile.ts';
import type { JSONSchemaProps } from '../../apimachinery/types/apiextensions.gen.ts';
import { customSchemas, type Dialect } from './custom-schema.ts';
import type { ServedResource } from './operation.ts';
import { toSwagger } from './swagger-schema.ts';

const PROPS: JSONSchemaProps = {
  type: 'object',
  description: 'A cron tab.',
  properties: {
    ratio: { type: 'number', nullable: true },
    port: { 'x-kubernetes-int-or-string': true },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    either: { type: 'string', oneOf: [{ pattern: '^a' }, { pattern: '^b' }], default: 'a' },
  },
  required: ['ratio', 'port'],
};

function resourceOf(props: JSONSchemaProps): ServedResource {
  const gvk = { group: 'example.com', version: 'v1', kind: 'CronTab' };
  const version = { gvk, plural: 'crontabs', listKind: 'CronTabList', schema: compileCustomResource(props), documentation: props, selectableFields: [{ label: 'spec.image', value: () => '' }] };
  return { version, name: 'com.example.v1.CronTab', listName: 'com.example.v1.CronTabList' } as unknown as ServedResource;
}

const schemaOf = (dialect: Dialect, props = PROPS): Record<string, unknown> => customSchemas([resourceOf(props)], () => undefined, dialect)['com.example.v1.CronTab'] ?? {};

describe('customSchemas', () => {
  it('repeats in v3 what the author wrote, with kind, apiVersion and metadata', () => {
    const { properties, ...rest } = schemaOf('v3') as { properties: Record<string, unknown> };
    expect(rest).toMatchObject({ description: 'A cron tab.', required: ['ratio', 'port'], 'x-kubernetes-selectable-fields': [{ fieldPath: 'spec.image' }] });
    expect(properties).toMatchObject({
      ratio: { type: 'number', nullable: true },
      port: { anyOf: [{ type: 'integer' }, { type: 'string' }] },
      either: { oneOf: [{ pattern: '^a' }, { pattern: '^b' }], default: 'a' },
      metadata: { allOf: [{ $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' }] },
    });
  });

  it('leaves open in v2 what v2 cannot say', () => {
    const { properties, required } = toSwagger(schemaOf('v2')) as { properties: Record<string, unknown>; required: string[] };
    expect(required).toEqual(['port']);
    expect(properties).toMatchObject({ ratio: {}, port: { 'x-kubernetes-int-or-string': true }, free: { 'x-kubernetes-preserve-unknown-fields': true }, either: { type: 'string' } });
    expect(properties['free']).not.toHaveProperty('type');
    expect(properties['either']).not.toHaveProperty('default');
  });

  it('says nothing in v2 of a resource that keeps what it does not know', () => {
    expect(Object.keys(schemaOf('v2', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true })).sort()).toEqual(['type', 'x-kubernetes-group-version-kind', 'x-kubernetes-selectable-fields']);
  });
});
