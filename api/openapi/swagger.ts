/** OpenAPI v2, converted from the v3 documents of every group version. Behaves like upstream kube-openapi/pkg/builder. */
import type { Json } from './schemas.ts';

const V3_REF = '#/components/schemas/';
const METHODS = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch']);

interface V3Document {
  readonly paths: Readonly<Record<string, Json>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

export async function swaggerOf(documents: readonly Json[]): Promise<Json> {
  const paths: Record<string, Json> = {};
  const definitions: Record<string, Json> = {};
  for (const document of documents as unknown as readonly V3Document[]) {
    for (const [path, item] of Object.entries(document.paths)) paths[path] = pathItem(item);
    for (const [name, schema] of Object.entries(document.components.schemas)) definitions[name] ??= definition(schema);
    await Promise.resolve();
  }
  const sorted = (all: Record<string, Json>): Record<string, Json> => Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: 'v1.35.4' },
    paths: sorted(paths),
    definitions: sorted(definitions),
    securityDefinitions: { BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' } },
    security: [{ BearerToken: [] }],
  };
}

/** References stand alone; unions of shapes become what v2 can say. */
function definition(value: Json): Json {
  const gvk = value['x-kubernetes-group-version-kind'];
  if (value[KEEPS_UNKNOWN] === true && gvk !== undefined) return { type: 'object', 'x-kubernetes-group-version-kind': gvk };
  return convert(value) as Json;
}

/** Upstream leaves out defaults that only mark fields that are always printed. */
function isZero(value: unknown): boolean {
  return value === '' || value === 0 || value === false;
}

const KEEPS_UNKNOWN = 'x-kubernetes-preserve-unknown-fields';

/** Clients of v2 take a declared type for all that there is: parts of custom resources that may hold more declare none. */
function openParts(value: Json): Json {
  const keeps = value[KEEPS_UNKNOWN] === true;
  if (!keeps && value['nullable'] !== true) return value;
  const { properties: _p, items: _i, type, ...rest } = value;
  return keeps && type !== 'object' && type !== undefined && value['nullable'] !== true ? { ...rest, type } : rest;
}

function convert(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(convert);
  if (typeof value !== 'object' || value === null) return value;
  const { allOf, oneOf, $ref, nullable: _n, ...all } = openParts(value as Json);
  const { default: standard, ...others } = all;
  const rest = isZero(standard) ? others : all;
  const own = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, convert(inner)]));
  if (typeof $ref === 'string') return { ...own, $ref: $ref.replace(V3_REF, '#/definitions/') };
  if (Array.isArray(allOf) && allOf.length === 1) {
    const { default: _d, ...described } = own;
    return { ...described, ...(convert(allOf[0]) as Json) };
  }
  if (Array.isArray(oneOf)) return { ...own, type: 'string' };
  return own;
}

interface Operation {
  readonly parameters?: readonly Json[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { schema: Json }>>; readonly required?: boolean };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: Json }>> }>>;
  readonly [key: string]: unknown;
}

function pathItem(item: Json): Json {
  return Object.fromEntries(Object.entries(item).map(([key, value]) => [key, METHODS.has(key) ? operation(value as Operation) : key === 'parameters' ? (value as readonly Json[]).map(parameter) : value]));
}

function parameter({ schema, ...rest }: Json): Json {
  return { ...(schema as Json), ...rest };
}

function operation({ parameters, requestBody, responses, ...rest }: Operation): Json {
  const produces = [...new Set(Object.values(responses).flatMap((r) => Object.keys(r.content ?? {})))];
  const body = requestBody && Object.values(requestBody.content)[0]?.schema;
  const all = [...(body ? [{ name: 'body', in: 'body', ...(requestBody?.required && { required: true }), schema: convert(body) } as Json] : []), ...(parameters ?? []).map(parameter)];
  return {
    consumes: requestBody ? Object.keys(requestBody.content) : ['*/*'],
    produces,
    schemes: ['https'],
    ...rest,
    ...(all.length > 0 && { parameters: all }),
    responses: Object.fromEntries(Object.entries(responses).map(([code, { content }]) => [code, answerOf(code, content)])),
  };
}

function answerOf(code: string, content: Readonly<Record<string, { schema: Json }>> | undefined): Json {
  const schema = content && Object.values(content)[0]?.schema;
  const text: Readonly<Record<string, string>> = { '200': 'OK', '201': 'Created', '202': 'Accepted', '401': 'Unauthorized' };
  return { description: text[code] ?? '', ...(schema && { schema: convert(schema) as Json }) };
}
