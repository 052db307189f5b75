/** OpenAPI v2: one document of all that is served. Behaves like upstream kube-openapi/pkg/builder and kube-aggregator/pkg/controllers/openapi/aggregator. */
import { customSchemas } from './custom-schema.ts';
import { schemasFor } from './document.ts';
import type { ServedResource } from './operation.ts';
import { byPath, extensionsOf, STATUS_TEXTS, type Model, type Parameter, type PathRoutes, type Route } from './route.ts';
import type { Run } from './run.ts';
import type { Json } from './schemas.ts';
import { SharedParameters } from './shared-parameters.ts';
import { toSwagger } from './swagger-schema.ts';

const toSchema = (model: Model): Json => (model === 'string' ? { type: 'string' } : { $ref: `#/definitions/${model}` });

export async function swaggerOf(routes: readonly Route[], served: readonly ServedResource[], run: Run): Promise<Json> {
  const shared = new SharedParameters();
  const paths = Object.fromEntries(await run.each(byPath(routes), (of) => [of.path, pathItem(of, shared)]));
  const schemas = Object.entries(await schemasFor(routes, customSchemas(served, run.text, 'v2'), run));
  return {
    swagger: '2.0',
    info: { title: 'Kubernetes', version: '1.35' },
    paths,
    definitions: Object.fromEntries(await run.each(schemas, ([name, schema]) => [name, toSwagger(schema)])),
    parameters: shared.all(),
    securityDefinitions: { BearerToken: { description: 'Bearer Token authentication', type: 'apiKey', name: 'authorization', in: 'header' } },
    security: [{ BearerToken: [] }],
  };
}

function pathItem({ common, routes }: PathRoutes, shared: SharedParameters): Json {
  const operations = routes.map(({ route, own }) => [route.method, operation(route, own, shared)]);
  return { ...Object.fromEntries(operations), ...(common.length > 0 && { parameters: common.map((p) => shared.use(parameter(p))) }) };
}

function parameter({ name, in: place, description, type }: Parameter): Json {
  return { uniqueItems: true, type, ...(description !== undefined && { description }), name, in: place, ...(place === 'path' && { required: true }) };
}

function operation(route: Route, own: readonly Parameter[], shared: SharedParameters): Json {
  const { description, consumes, produces, tag, id, body, answers } = route;
  const bodies: Json[] = body ? [{ name: 'body', in: 'body', ...(body.required && { required: true }), schema: toSchema(body.model) }] : [];
  const parameters = [...bodies, ...own.map(parameter)].toSorted((a, b) => (String(a['name']) < String(b['name']) ? -1 : 1)).map((p) => shared.use(p));
  return {
    ...(description !== undefined && { description }),
    ...(consumes && { consumes }),
    produces,
    schemes: ['https'],
    tags: [tag],
    operationId: id,
    ...(parameters.length > 0 && { parameters }),
    responses: Object.fromEntries([...answers.map(([code, model]) => [code, { description: STATUS_TEXTS[code], schema: toSchema(model) }]), ['401', { description: STATUS_TEXTS['401'] }]]),
    ...extensionsOf(route),
  };
}
