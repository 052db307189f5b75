/** A schema of OpenAPI v3 as v2 says it: references stand alone, unions are texts, and no defaults. Behaves like upstream kube-openapi/pkg/handler/default_pruning.go and the v2 forms that Go types declare. */
import type { Json } from './schemas.ts';

const V3 = '#/components/schemas/';
const V2 = '#/definitions/';
/** Members that hold schemas by name, one schema, or a list of them. */
const NAMED = new Set(['properties']);
const SINGLE = new Set(['items', 'additionalProperties', 'not']);
const LISTED = new Set(['anyOf', 'allOf']);

export function toSwagger(schema: Json): Json {
  const { oneOf, allOf, default: _default, $ref, ...members } = schema;
  const own = Object.fromEntries(Object.entries(members).map(([name, value]) => [name, member(name, value)]));
  if (typeof $ref === 'string') return { ...own, $ref: $ref.replace(V3, V2) };
  if (Array.isArray(oneOf)) return { ...own, type: 'string' };
  if (!Array.isArray(allOf)) return own;
  const [only] = allOf as Json[];
  return allOf.length === 1 && only?.['$ref'] !== undefined ? { ...own, ...toSwagger(only) } : { ...own, allOf: member('allOf', allOf) };
}

function member(name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (SINGLE.has(name)) return toSwagger(value as Json);
  if (LISTED.has(name)) return (value as Json[]).map(toSwagger);
  return NAMED.has(name) ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, toSwagger(inner as Json)])) : value;
}
