/** Everything that is no resource: health, metrics, version, discovery, OpenAPI, OpenID; a table behind the same chain. Behaves like upstream apiserver/pkg/server/routes. */
import { StatusError } from '../../apimachinery/errors.ts';
import type { ApiResponse, Handler, MaybePromise } from '../../apimachinery/http.ts';
import { METRICS_CONTENT_TYPE, type Metrics } from '../../component-base/metrics.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import type { Discovery } from '../discovery/documents.ts';
import type { OpenAPI } from '../openapi/interface.ts';
import { checkRepresentations } from '../endpoints/accept.ts';
import { discoveryAnswer } from './discovery-paths.ts';
import { HEALTH_PATHS } from './health.ts';
import { openIDConfiguration, openIDKeys, type OpenIDOptions } from './openid.ts';
import { notFoundText } from './status-response.ts';
import type { VersionInfo } from './version.ts';

export interface OtherPathsDeps {
  readonly health: (path: string, query: URLSearchParams) => ApiResponse;
  readonly metrics: Metrics;
  readonly version: VersionInfo;
  readonly discovery: Discovery;
  readonly openapi: OpenAPI;
  readonly openid: OpenIDOptions;
  /** host:port as clients reach it. */
  readonly serverAddress: () => string;
}

type Path = (request: Authenticated) => MaybePromise<ApiResponse>;

const encoder = new TextEncoder();

/** Pretty, as upstream prints what people read. */
function json(body: unknown): ApiResponse {
  return { status: 200, headers: { 'Content-Type': 'application/json' }, body: { kind: 'bytes', bytes: encoder.encode(JSON.stringify(body, undefined, 2)) } };
}

const genericNotFound = (): StatusError => new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
const READ = new Set(['GET', 'HEAD']);

export function otherPaths(deps: OtherPathsDeps): Handler<Authenticated> {
  const version: Path = (request) => {
    checkRepresentations(request, ['application/json']);
    return json(deps.version);
  };
  const exact: ReadonlyMap<string, Path> = new Map<string, Path>([
    ['/', () => json({ paths: rootPaths(deps) })],
    ['/index.html', () => json({ paths: rootPaths(deps) })],
    ['/version', version],
    ['/version/', version],
    ['/metrics', async () => ({ status: 200, headers: { 'Content-Type': METRICS_CONTENT_TYPE }, body: { kind: 'bytes', bytes: encoder.encode(await deps.metrics.text()) } })],
    ['/.well-known/openid-configuration', () => openIDConfiguration(deps.openid)],
    ['/openid/v1/jwks', () => openIDKeys(deps.openid)],
    ['/openapi/v2', (request) => deps.openapi.v2(request)],
    ['/openapi/v3', () => deps.openapi.v3Index()],
  ]);
  return async (request) => {
    const { path } = request.info;
    const [, first = ''] = path.split('/');
    const known = exact.get(path);
    if (known) return READ.has(request.method) || first === 'openapi' ? known(request) : methodNotAllowed(path);
    if (first === 'healthz' || first === 'livez' || first === 'readyz') return deps.health(path, request.info.query);
    if (first === 'api' || first === 'apis') return discoveryAnswer(deps.discovery, deps.serverAddress(), request);
    if (path.startsWith('/openapi/v3/')) return deps.openapi.v3(path.slice('/openapi/v3/'.length), request);
    if (first === 'version') throw genericNotFound();
    return notFoundText();
  };
}

function methodNotAllowed(path: string): ApiResponse {
  if (path.startsWith('/version')) throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  return { status: 405, headers: { Allow: 'GET, HEAD', 'Content-Type': 'text/plain; charset=utf-8' }, body: { kind: 'bytes', bytes: encoder.encode('Method Not Allowed\n') } };
}

function rootPaths({ discovery }: OtherPathsDeps): readonly string[] {
  const groups = [...discovery.served()].flatMap(([group, versions]) =>
    group === '' ? versions.map((v) => `/api/${v}`) : [`/apis/${group}`, ...versions.map((v) => `/apis/${group}/${v}`)],
  );
  const fixed = ['/.well-known/openid-configuration', '/api', '/apis', '/apis/', '/metrics', '/openapi/v2', '/openapi/v3', '/openapi/v3/', '/openid/v1/jwks', '/version'];
  return [...fixed, ...groups, ...HEALTH_PATHS].sort();
}
