/** The type of a kind's objects, from the server's OpenAPI document. Behaves like upstream apiserver/pkg/cel/openapi/resolver (discovery.go, refs.go). */
import { declaredType, type Schema } from '../../apimachinery/cel/schema-types.ts';
import type { CelType } from '../../apimachinery/cel/types.ts';
import type { GroupVersionKind } from '../../apimachinery/meta.ts';
import type { Client } from '../../client/interface.ts';
import { readIfThere } from './read.ts';

interface Document {
  readonly components?: { readonly schemas?: Schemas };
}
type Schemas = Readonly<Record<string, Published>>;

/** As OpenAPI writes it: what is named here leads to others. */
interface Published {
  readonly [keyword: string]: unknown;
  readonly $ref?: string;
  readonly allOf?: readonly Published[];
  readonly format?: string;
  readonly properties?: Readonly<Record<string, Published>>;
  readonly additionalProperties?: Published | boolean;
  readonly items?: Published;
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
}

const REFERENCE = '#/components/schemas/';

/** Undefined: it is not published. `now` (milliseconds) makes the type's name one of its own, as upstream's is. */
export async function typeOfKind(client: Client, kind: GroupVersionKind, now: number): Promise<CelType | undefined> {
  const schemas = await published(client, kind);
  const name = Object.keys(schemas).find((key) => schemas[key]?.['x-kubernetes-group-version-kind']?.some((gvk) => gvk.group === kind.group && gvk.version === kind.version && gvk.kind === kind.kind));
  if (name === undefined) return undefined;
  return declaredType(populated({ $ref: `${REFERENCE}${name}` }, schemas, new Set()), true, `${kind.kind}${(now % 1000) * 1_000_000}`)?.type;
}

async function published(client: Client, { group, version }: GroupVersionKind): Promise<Schemas> {
  const document = await readIfThere<Document>(client, `/openapi/v3/${group === '' ? `api/${version}` : `apis/${group}/${version}`}`);
  return document?.components?.schemas ?? {};
}

/** With what its references stand for; one that leads back to itself is an object of which nothing is known. */
export function populated(schema: Published, schemas: Schemas, visited: ReadonlySet<string>): Schema {
  const reference = referenceOf(schema);
  if (reference !== undefined && visited.has(reference)) return { type: 'object' };
  const inner = reference === undefined ? visited : new Set(visited).add(reference);
  const whole = reference === undefined ? schema : (schemas[reference.slice(REFERENCE.length)] ?? {});
  const { properties, additionalProperties, items, format } = whole;
  const within = (value: Published): Schema => populated(value, schemas, inner);
  return {
    ...(whole as Schema),
    ...(format === 'int-or-string' && { 'x-kubernetes-int-or-string': true }),
    ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, within(value)])) }),
    ...(typeof additionalProperties === 'object' && { additionalProperties: within(additionalProperties) }),
    ...(items && { items: within(items) }),
  };
}

/** A reference may stand in an allOf, which keeps its description. */
function referenceOf({ $ref, allOf = [] }: Published): string | undefined {
  return $ref ?? allOf.map(referenceOf).find((reference) => reference !== undefined);
}
