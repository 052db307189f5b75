/** OpenAPI v3: one document per group version, per group, and per path that is no resource. Behaves like upstream kube-openapi/pkg/builder3. */
import { customSchemas } from './custom-schema.ts';
import type { ServedResource } from './operation.ts';
import { byPath, extensionsOf, STATUS_TEXTS, type Model, type Parameter, type PathRoutes, type Route } from './route.ts';
import { isCustom } from './routes.ts';
import type { Run } from './run.ts';
import { reachable, refTo, type Json } from './schemas.ts';

const SECURITY = { securitySchemes: { BearerToken: { type: 'apiKey', description: 'Bearer Token authentication', name: 'authorization', in: 'header' } } };

/** `served`: the resources whose own schemas the document holds; none for a path that is no resource. */
export async function documentOf(routes: readonly Route[], served: readonly ServedResource[], run: Run): Promise<Json> {
  const isOfCustoms = served.length > 0 && served.every(isCustom);
  const schemas = await schemasFor(routes, customSchemas(served, run.text, 'v3'), run);
  return {
    openapi: '3.0.0',
    info: isOfCustoms ? { title: 'Kubernetes CRD Swagger', version: 'v0.1.0' } : { title: 'Kubernetes', version: '1.35' },
    paths: Object.fromEntries(await run.each(byPath(routes), (of) => [of.path, pathItem(of)])),
    components: { ...(Object.keys(schemas).length > 0 && { schemas }), ...(!isOfCustoms && SECURITY) },
  };
}

const toSchema = (model: Model): Json => (model === 'string' ? { type: 'string' } : refTo(model));
const content = (model: Model, media: readonly string[]): Json => Object.fromEntries(media.toSorted().map((type) => [type, { schema: toSchema(model) }]));

function pathItem({ common, routes }: PathRoutes): Json {
  return { ...Object.fromEntries(routes.map(({ route, own }) => [route.method, operation(route, own)])), ...(common.length > 0 && { parameters: common.map(parameter) }) };
}

function operation(route: Route, own: readonly Parameter[]): Json {
  const { tag, description, id, body, answers, consumes = [], produces } = route;
  const responses = answers.map(([code, model]) => [code, { description: STATUS_TEXTS[code], content: content(model, produces) }]);
  return {
    tags: [tag],
    ...(description !== undefined && { description }),
    operationId: id,
    ...(own.length > 0 && { parameters: own.map(parameter) }),
    ...(body && { requestBody: { content: content(body.model, consumes), ...(body.required && { required: true }) } }),
    responses: Object.fromEntries([...responses, ['401', { description: STATUS_TEXTS['401'] }]]),
    ...extensionsOf(route),
  };
}

function parameter({ name, in: place, description, type }: Parameter): Json {
  return { name, in: place, ...(description !== undefined && { description }), ...(place === 'path' && { required: true }), schema: { type, uniqueItems: true } };
}

const PREFIX = '#/components/schemas/';

function collectRefs(value: unknown, into: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$ref' && typeof inner === 'string') into.add(inner.slice(PREFIX.length));
    else collectRefs(inner, into);
  }
}

/** Every schema that the routes name, and what these name; sorted. */
export async function schemasFor(routes: readonly Route[], custom: Readonly<Record<string, Json>>, run: Run): Promise<Record<string, Json>> {
  const named = new Set(routes.flatMap(({ body, answers }) => [...(body ? [body.model] : []), ...answers.map(([, model]) => model)]));
  collectRefs(custom, named);
  const names = new Set<string>();
  for (const name of named) if (!custom[name] && name !== 'string') reachable(name, names);
  return Object.fromEntries(await run.each([...names, ...Object.keys(custom)].sort(), (name) => [name, custom[name] ?? run.schema(name)]));
}
