/** apimachinery/schema/table.gen.ts: every built-in Go type as one compact text, parsed when the type is first used. */
import type { FieldFact, GoTypesFact, OpenAPISchema, TypesFact } from './facts.ts';
import type { FieldRow, TypeRow } from '../../apimachinery/schema/table-row.ts';

/** Types whose JSON list is, in protobuf, a message { items = 1 }. */
const WRAPPED = new Set(['io.k8s.apimachinery.pkg.apis.meta.v1.APIResource.verbs']);

function listAndMapType(p: OpenAPISchema, row: FieldRow): void {
  const listType = p['x-kubernetes-list-type'];
  if (listType !== undefined) row.l = listType;
  const keys = p['x-kubernetes-list-map-keys'];
  if (keys !== undefined) row.k = keys;
  if (p['x-kubernetes-map-type'] !== undefined) row.m = p['x-kubernetes-map-type'];
}

function valueFacts(p: OpenAPISchema, row: FieldRow): void {
  if (p.default !== undefined) row.d = p.default;
  if (p.enum !== undefined) row.e = p.enum;
  const element = p.items ?? p.additionalProperties;
  if (element?.default !== undefined) row.id = element.default;
  if (element?.enum !== undefined) row.ie = element.enum;
  if (element?.items?.default !== undefined) row.iid = element.items.default;
  if (element?.format !== undefined) row.if = element.format;
}

function fieldRow(typeName: string, f: FieldFact, schema: OpenAPISchema | undefined, go: GoTypesFact[string][string] | undefined): FieldRow {
  const row: FieldRow = { n: f.name, t: f.type };
  if (f.pointer) row.p = 1;
  if (f.omit !== 'empty') row.o = f.omit === 'never' ? 'n' : 'z';
  if (f.number !== undefined) row.b = f.number;
  if (go?.within !== undefined) row.w = go.within;
  if (go?.embedded !== undefined) row.ge = go.embedded;
  if (go?.type !== undefined) row.gt = go.type;
  if (WRAPPED.has(`${typeName}.${f.name}`)) row.x = 1;
  if (f.patchStrategy !== undefined) row.ps = f.patchStrategy;
  if (f.patchMergeKey !== undefined) row.pk = f.patchMergeKey;
  if (schema?.required?.includes(f.name)) row.r = 1;
  const property = schema?.properties?.[f.name];
  if (property) {
    listAndMapType(property, row);
    valueFacts(property, row);
  }
  return row;
}

function typeRow(name: string, fields: FieldFact[], schema: OpenAPISchema | undefined, go: GoTypesFact[string] | undefined): TypeRow {
  const row: TypeRow = { f: fields.map((f) => fieldRow(name, f, schema, go?.[f.name])) };
  if (schema?.['x-kubernetes-map-type'] !== undefined) row.m = schema['x-kubernetes-map-type'];
  if (schema?.['x-kubernetes-unions'] !== undefined) row.u = schema['x-kubernetes-unions'];
  if (schema?.['x-kubernetes-group-version-kind'] !== undefined) row.g = schema['x-kubernetes-group-version-kind'];
  if (schema !== undefined) row.s = 1;
  return row;
}

/** Structs that stand in the documents only: what /version answers. */
function documentedOnly({ types }: TypesFact, openapi: Record<string, OpenAPISchema>): Record<string, FieldFact[]> {
  const only = Object.entries(openapi).filter(([name, schema]) => types[name] === undefined && schema.properties !== undefined);
  const field = (schema: OpenAPISchema, name: string): FieldFact => ({ name, type: schema.properties?.[name]?.type ?? 'string', omit: schema.required?.includes(name) ? 'never' : 'empty' });
  return Object.fromEntries(only.map(([name, schema]) => [name, [...(schema.required ?? []), ...Object.keys(schema.properties ?? {}).filter((p) => !schema.required?.includes(p))].map((p) => field(schema, p))]));
}

export function schemaTable(facts: TypesFact, openapi: Record<string, OpenAPISchema>, go: GoTypesFact): string {
  const lines = Object.entries({ ...facts.types, ...documentedOnly(facts, openapi) }).map(
    ([name, fields]) => `  ${JSON.stringify(name)}: ${JSON.stringify(JSON.stringify(typeRow(name, fields, openapi[name], go[name])))},`,
  );
  const kinds = Object.entries(facts.kinds).map(([gvk, type]) => `  ${JSON.stringify(gvk)}: ${JSON.stringify(type)},`);
  return `/** Name to row (./table-row.ts) as JSON text: ./builtin.ts parses one when it is first needed. */
export const TYPE_ROWS: Readonly<Record<string, string>> = {
${lines.join('\n')}
};

/** \`apps/v1, Kind=Deployment\` to the name of its type; every version that upstream ever registered and still decodes. */
export const KINDS: Readonly<Record<string, string>> = {
${kinds.join('\n')}
};
`;
}
