/** Schemas of built-in types as OpenAPI v3 writes them, from the table behind the schema model. Behaves like upstream kube-openapi/pkg/builder3 on the generated definitions. */
import { builtinRow } from '../../apimachinery/schema/builtin.ts';
import type { FieldRow } from '../../apimachinery/schema/table-row.ts';

export type Json = { [key: string]: unknown };

export const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';
const RAW = 'io.k8s.apimachinery.pkg.runtime.RawExtension';
const CRD = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1';

/** Types that are no structs in JSON. */
const SPECIAL: Readonly<Record<string, Json>> = {
  [QUANTITY]: { oneOf: [{ type: 'string' }, { type: 'number' }] },
  [INT_OR_STRING]: { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  [RAW]: { type: 'object' },
  [`${META}.Time`]: { type: 'string', format: 'date-time' },
  [`${META}.MicroTime`]: { type: 'string', format: 'date-time' },
  [`${META}.Duration`]: { type: 'string' },
  [`${META}.FieldsV1`]: { type: 'object' },
  [`${META}.Patch`]: { type: 'object' },
  [`${CRD}.JSON`]: {},
  [`${CRD}.JSONSchemaPropsOrBool`]: {},
  [`${CRD}.JSONSchemaPropsOrArray`]: {},
  [`${CRD}.JSONSchemaPropsOrStringArray`]: {},
};
const SCALARS: Readonly<Record<string, Json>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
};
const REFERRED: Readonly<Record<string, string>> = {
  quantity: QUANTITY,
  intOrString: INT_OR_STRING,
  time: `${META}.Time`,
  microTime: `${META}.MicroTime`,
  duration: `${META}.Duration`,
  fieldsV1: `${META}.FieldsV1`,
  schemaOrBool: `${CRD}.JSONSchemaPropsOrBool`,
  schemaOrArray: `${CRD}.JSONSchemaPropsOrArray`,
  schemaOrStrings: `${CRD}.JSONSchemaPropsOrStringArray`,
};

/** Fields that upstream does not describe: their reference stands alone. */
const UNDOCUMENTED = new Set([...['example', 'externalDocs', 'not'].map((f) => `${CRD}.JSONSchemaProps.${f}`), 'io.k8s.api.networking.v1.IngressRule.http']);

export type TextOf = (typeName: string, field: string) => string | undefined;
export const refTo = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });

/** The schema of a type by OpenAPI's name. `text` may know descriptions. */
export function schemaOf(typeName: string, text: TextOf): Json {
  const description = text(typeName, '');
  const described = description === undefined ? {} : { description };
  const special = SPECIAL[typeName];
  if (special) return { ...described, ...special };
  const row = builtinRow(typeName);
  const fields = [...row.f].sort((a, b) => (a.n < b.n ? -1 : 1));
  const required = row.f.filter((f) => f.r === 1).map((f) => f.n);
  return {
    ...described,
    type: 'object',
    ...(required.length > 0 && { required }),
    ...(fields.length > 0 && { properties: Object.fromEntries(fields.map((f) => [f.n, property(typeName, f, text(typeName, f.n))])) }),
    ...(row.g && { 'x-kubernetes-group-version-kind': row.g }),
    ...(row.m !== undefined && { 'x-kubernetes-map-type': row.m }),
    ...(row.u && { 'x-kubernetes-unions': row.u }),
  };
}

function property(owner: string, f: FieldRow, description: string | undefined): Json {
  const { $ref, ...rest } = valueOf(owner, f.t, f);
  const list = {
    ...(f.k && { 'x-kubernetes-list-map-keys': f.k }),
    ...(f.l !== undefined && { 'x-kubernetes-list-type': f.l }),
    ...(f.m !== undefined && { 'x-kubernetes-map-type': f.m }),
    ...(f.pk !== undefined && { 'x-kubernetes-patch-merge-key': f.pk }),
    ...(f.ps !== undefined && { 'x-kubernetes-patch-strategy': f.ps }),
  };
  const own = { ...(description !== undefined && { description }), ...rest, ...(f.d !== undefined && { default: f.d }), ...(f.e && { enum: f.e }), ...list };
  if ($ref === undefined) return own;
  return UNDOCUMENTED.has(`${owner}.${f.n}`) || f.t.startsWith('schemaOr') ? { $ref } : { ...own, allOf: [{ $ref }] };
}

function valueOf(owner: string, type: string, f: FieldRow): Json {
  if (type.startsWith('[]')) return { type: 'array', items: element(owner, type.slice(2), f) };
  if (type.startsWith('map[string]')) return { type: 'object', additionalProperties: element(owner, type.slice(11), f) };
  const scalar = SCALARS[type];
  if (scalar) return scalar;
  if (type === 'raw') return refTo(owner.startsWith('io.k8s.apiextensions') ? `${CRD}.JSON` : RAW);
  return refTo(REFERRED[type] ?? type);
}

/** Of a list or map; of a list in a map, its elements carry the inner default. */
function element(owner: string, type: string, f: FieldRow): Json {
  const { $ref, ...rest } = valueOf(owner, type, { n: f.n, t: type, ...(f.iid !== undefined && { id: f.iid }) });
  const extra = { ...(f.if !== undefined && { format: f.if }), ...(f.id !== undefined && { default: f.id }), ...(f.ie && { enum: f.ie }) };
  if ($ref === undefined) return { ...rest, ...extra };
  return Object.keys(extra).length === 0 ? { $ref } : { ...extra, allOf: [{ $ref }] };
}

/** The types that a type's fields name, itself included. */
export function reachable(typeName: string, into: Set<string>): void {
  if (into.has(typeName)) return;
  into.add(typeName);
  if (SPECIAL[typeName]) {
    if (typeName.startsWith(`${CRD}.JSONSchemaProps`)) reachable(`${CRD}.JSONSchemaProps`, into);
    return;
  }
  for (const { t } of builtinRow(typeName).f) {
    const leaf = t.replace(/^(\[\]|map\[string\])+/, '');
    const name = leaf === 'raw' ? (typeName.startsWith('io.k8s.apiextensions') ? `${CRD}.JSON` : RAW) : (REFERRED[leaf] ?? leaf);
    if (!SCALARS[leaf]) reachable(name, into);
  }
}
