/** Schemas of custom resources as OpenAPI writes them, from the schema model. Behaves like upstream apiextensions-apiserver/pkg/controller/openapi/builder. */
import type { Field, Rules, Schema, Struct } from '../../apimachinery/schema/model.ts';
import { META, refTo, type Json } from './schemas.ts';
import type { ServedResource } from './paths.ts';

const SCALARS: Readonly<Record<string, Json>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number' },
  intOrString: { 'x-kubernetes-int-or-string': true },
};

/** By name: each custom resource and its list. Built-ins give none. */
export function customSchemas(served: readonly ServedResource[]): Record<string, Json> {
  const schemas: Record<string, Json> = {};
  for (const { version, name, listName } of served) {
    if (version.schema.name !== undefined) continue;
    const gvk = { group: version.gvk.group, kind: version.gvk.kind, version: version.gvk.version };
    schemas[name] = { ...rootSchema(version.schema), 'x-kubernetes-group-version-kind': [gvk] };
    schemas[listName] = {
      description: `${version.listKind} is a list of ${version.gvk.kind}`,
      type: 'object',
      required: ['items'],
      properties: {
        apiVersion: { type: 'string' },
        items: { description: `List of ${version.plural}.`, type: 'array', items: refTo(name) },
        kind: { type: 'string' },
        metadata: { allOf: [refTo(`${META}.ListMeta`)] },
      },
      'x-kubernetes-group-version-kind': [{ ...gvk, kind: version.listKind }],
    };
  }
  return schemas;
}

function rootSchema(schema: Struct): Json {
  const own = convert(schema) as { properties?: Json };
  return { ...own, properties: { ...own.properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { allOf: [refTo(`${META}.ObjectMeta`)] } } };
}

function convert(schema: Schema): Json {
  const common = { ...(schema.nullable && { nullable: true }), ...(schema.default !== undefined && { default: schema.default }), ...rulesOf(schema.rules) };
  switch (schema.kind) {
    case 'struct':
      return { ...structOf(schema), ...common };
    case 'map':
      return { type: 'object', additionalProperties: convert(schema.values), ...(schema.merge === 'atomic' && { 'x-kubernetes-map-type': 'atomic' }), ...common };
    case 'list':
      return { type: 'array', items: convert(schema.items), ...listType(schema.merge, schema.declared ?? true), ...common };
    case 'scalar':
      return { ...(SCALARS[schema.is] ?? { type: 'string' }), ...common };
    case 'union':
    case 'any':
      return { ...('embeddedResource' in schema && schema.embeddedResource && { type: 'object', 'x-kubernetes-embedded-resource': true }), 'x-kubernetes-preserve-unknown-fields': true, ...common };
  }
}

function structOf(schema: Struct): Json {
  const fields = [...schema.fields.values()];
  const required = fields.filter((f) => f.required).map((f) => f.name);
  return {
    type: 'object',
    ...(required.length > 0 && { required }),
    ...(fields.length > 0 && { properties: Object.fromEntries(fields.map((f: Field) => [f.name, convert(f.schema)])) }),
    ...(schema.unknown === 'keep' && { 'x-kubernetes-preserve-unknown-fields': true }),
    ...(schema.embeddedResource && { 'x-kubernetes-embedded-resource': true }),
    ...(schema.merge === 'atomic' && { 'x-kubernetes-map-type': 'atomic' }),
  };
}

function listType(merge: 'atomic' | 'set' | { readonly keys: readonly string[] }, declared: boolean): Json {
  if (!declared) return {};
  return typeof merge === 'string' ? { 'x-kubernetes-list-type': merge } : { 'x-kubernetes-list-map-keys': merge.keys, 'x-kubernetes-list-type': 'map' };
}

function rulesOf(rules: Rules | undefined): Json {
  if (!rules) return {};
  const { cel, allOf: _allOf, anyOf: _anyOf, oneOf: _oneOf, not: _not, properties: _p, items: _i, additionalProperties: _a, required: _r, ...plain } = rules;
  return { ...plain, ...(cel && { 'x-kubernetes-validations': cel }) };
}
