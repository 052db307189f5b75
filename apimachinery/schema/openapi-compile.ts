/**
 * From a CRD's structural OpenAPI schema to the schema model, so that custom resources take the same road as built-in types. Neighbours: ./custom.ts, ./prune.ts, ./defaults.ts interpret what is made here.
 * Behaves like upstream apiextensions-apiserver pkg/apiserver/schema (convert.go).
 */
import type { JSONSchemaProps } from '../types/apiextensions.gen.ts';
import { builtinStruct } from './builtin.ts';
import type { Field, ListOf, Node, ScalarKind, Schema, Struct } from './model.ts';

const OBJECT_META = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';
const SCALARS: Readonly<Record<string, ScalarKind>> = { string: 'string', integer: 'int64', number: 'double', boolean: 'bool' };
const TEXT: Schema = { kind: 'scalar', is: 'string' };
/** Where nothing is known: members are removed, scalars stay. */
const NOTHING_KNOWN: Struct = { kind: 'struct', fields: new Map(), unknown: 'drop', merge: 'granular' };

/** The schema of a whole custom resource. No schema: everything is kept. `preserveUnknownFields`: the CRD's own (legacy) field. */
export function compileCustomResource(props: JSONSchemaProps | undefined, preserveUnknownFields = false): Struct {
  const schema = compileOpenapi(props ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true });
  const root: Struct = schema.kind === 'struct' ? schema : { ...NOTHING_KNOWN, ...(schema.kind === 'any' && { unknown: 'keep' }) };
  const fields = withMeta(root.fields);
  return { ...root, fields, ...(preserveUnknownFields && { unknown: 'keep' }) };
}

/** apiVersion, kind and metadata are implied; a schema's own words on them do not change their types. */
function withMeta(declared: ReadonlyMap<string, Field>): Map<string, Field> {
  const implied: readonly [string, Schema][] = [
    ['apiVersion', TEXT],
    ['kind', TEXT],
    ['metadata', builtinStruct(OBJECT_META)],
  ];
  const fields = new Map<string, Field>();
  for (const [name, schema] of implied) fields.set(name, { required: false, ...declared.get(name), name, schema, declared: declared.get(name)?.schema ?? null });
  for (const [name, field] of declared) if (!fields.has(name)) fields.set(name, field);
  return fields;
}

export function compileOpenapi(props: JSONSchemaProps): Schema {
  const node = nodeOf(props);
  if (props['x-kubernetes-int-or-string'] === true) return { kind: 'scalar', is: 'intOrString', ...node };
  const scalar = props.type === undefined ? undefined : SCALARS[props.type];
  if (scalar) return { kind: 'scalar', is: scalar, ...(props.format && { format: props.format }), ...node };
  if (props.type === 'array') return { ...listOf(props), ...node };
  const isStruct = props.type === 'object' || props.properties !== undefined || props['x-kubernetes-embedded-resource'] === true;
  return isStruct || props.additionalProperties !== undefined ? { ...objectOf(props), ...node } : { kind: 'any', ...node };
}

function nodeOf(props: JSONSchemaProps): Node {
  return {
    ...(props.nullable === true && { nullable: true }),
    ...(props.default !== undefined && props.default !== null && { default: props.default }),
  };
}

function listOf(props: JSONSchemaProps): ListOf {
  const type = props['x-kubernetes-list-type'];
  const items = Array.isArray(props.items) ? props.items[0] : props.items;
  const merge: ListOf['merge'] = type === 'map' ? { keys: props['x-kubernetes-list-map-keys'] ?? [] } : type === 'set' ? 'set' : 'atomic';
  return { kind: 'list', items: items ? compileOpenapi(items) : NOTHING_KNOWN, merge, declared: type !== undefined };
}

function objectOf(props: JSONSchemaProps): Schema {
  const merge = props['x-kubernetes-map-type'] === 'atomic' ? 'atomic' : 'granular';
  const rest = restOf(props.additionalProperties);
  if (rest && props.properties === undefined) return { kind: 'map', values: rest, merge };
  const embedded = props['x-kubernetes-embedded-resource'] === true;
  const required = new Set(props.required);
  const fields = new Map<string, Field>();
  for (const [name, member] of Object.entries(props.properties ?? {})) fields.set(name, fieldOf(name, member, required.has(name)));
  return {
    kind: 'struct',
    fields: embedded ? withMeta(fields) : fields,
    unknown: props['x-kubernetes-preserve-unknown-fields'] === true ? 'keep' : (rest ?? 'drop'),
    merge,
    ...(embedded && { embeddedResource: true }),
  };
}

function restOf(additional: JSONSchemaProps | boolean | undefined): Schema | undefined {
  if (additional === true) return NOTHING_KNOWN;
  return typeof additional === 'object' ? compileOpenapi(additional) : undefined;
}

function fieldOf(name: string, props: JSONSchemaProps, required: boolean): Field {
  const schema = compileOpenapi(props);
  return { name, schema, required, ...(schema.default !== undefined && { default: schema.default }) };
}
