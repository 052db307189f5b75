import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newDiscovery } from '../../../api/discovery/documents.ts';
import { groupVersionRoutes } from '../../../api/openapi/routes.ts';
import { schemaOf } from '../../../api/openapi/schemas.ts';
import { servedIn } from '../../../api/openapi/served.ts';
import { newBuiltinRegistry } from '../../../registry/index.ts';
import { newMemoryApiServer, type TestServer } from './memory-api-server.ts';

const FACTS = join(process.cwd(), 'hack/facts');
const fact = (name: string): unknown => JSON.parse(readFileSync(join(FACTS, name), 'utf8'));
const registry = newBuiltinRegistry();
const discovery = newDiscovery(registry);
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null));

describe('discovery', () => {
  const groupVersions = readdirSync(join(FACTS, 'discovery')).flatMap((f) => /^apis_([^_]+)_(v\w+)\.json$/.exec(f)?.slice(1, 3).join('/') ?? []);

  it.each(['/v1', ...groupVersions])('lists the resources of %s as upstream does', async (gv) => {
    const [group = '', version = ''] = gv.split('/');
    expect(plain(await discovery.resources(group, version))).toEqual(fact(group === '' ? 'discovery/api_v1.json' : `discovery/apis_${group}_${version}.json`));
  });

  it('lists groups in their order, and all as one document', async () => {
    expect(plain(discovery.groups())).toEqual(fact('discovery/apis.json'));
    expect(plain(await discovery.aggregated('apis'))).toEqual(fact('discovery/aggregated-v2_apis.json'));
    expect(plain(await discovery.aggregated('api'))).toEqual(fact('discovery/aggregated-v2_api.json'));
  });
});

describe('OpenAPI', () => {
  it('writes each schema as upstream does', () => {
    const wanted = fact('openapi-schemas.json') as Record<string, unknown>;
    const names = Object.keys(wanted);
    const different = names.filter((name) => JSON.stringify(sorted(schemaOf(name, () => undefined))) !== JSON.stringify(sorted(wanted[name])));
    expect(different).toEqual([]);
    expect(names.length).toBeGreaterThan(500);
  });

  it('gives each operation of a group version an ID of its own', () => {
    const core = { group: '', version: 'v1' };
    const routes = groupVersionRoutes(core, servedIn(registry, core), () => undefined);
    const ids = routes.map((route) => route.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('createCoreV1NamespacedPodBinding');
    expect(routes.map((route) => route.path)).toContain('/api/v1/namespaces/{namespace}/pods/{name}/exec');
  });
});

describe('tables', () => {
  it('have the recorded columns', () => {
    const files = readdirSync(join(FACTS, 'tables'));
    const columnsOf = (file: string): unknown => {
      const [resource = '', version = '', group = ''] = file.replace('.json', '').split('_').reverse();
      return registry.byResource({ group, version, resource })?.version.columns.map(({ name, type, format, priority }) => ({ name, type, format, priority }));
    };
    expect(files.map(columnsOf)).toEqual(files.map((file) => fact(`tables/${file}`)));
  });
});

describe('documents as they are served', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await newMemoryApiServer();
  });
  afterAll(() => server.stop());
  const SWAGGER = 'application/com.github.proto-openapi.spec.v2@v1.0+protobuf';
  const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

  it.each([['/apis', AGGREGATED], ['/apis', AGGREGATED.replace('json', 'vnd.kubernetes.protobuf')], ['/api', AGGREGATED.replace('json', 'yaml')], ['/openapi/v2', 'application/json'], ['/openapi/v2', SWAGGER], ['/openapi/v3/apis/apps/v1', 'application/json']])('%s as %s is not sent again to who has it', async (path, accept) => {
    const first = await server.ask('GET', path, { headers: { accept } });
    expect([first.status, String(first.headers['Content-Type']).replace('.v1.0+', '@v1.0+')]).toEqual([200, accept]);
    const again = await server.ask('GET', path, { headers: { accept, 'if-none-match': String(first.headers['ETag']) } });
    expect([again.status, again.text]).toEqual([304, '']);
  });

  it('OpenAPI has one ETag for both of its encodings', async () => {
    const [json, protobuf] = await Promise.all(['application/json', SWAGGER].map((accept) => server.ask('GET', '/openapi/v2', { headers: { accept } })));
    expect(protobuf?.headers['ETag']).toBe(json?.headers['ETag']);
    expect(protobuf?.headers['Content-Type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    expect((await server.ask('GET', '/openapi/v2', { headers: { accept: 'text/html' } })).status).toBe(406);
  });

  it('the index of OpenAPI v3 leads to documents that may be kept for ever', async () => {
    const index = JSON.parse((await server.ask('GET', '/openapi/v3')).text) as { paths: Record<string, { serverRelativeURL: string }> };
    expect(Object.keys(index.paths)).toEqual(expect.arrayContaining(['.well-known/openid-configuration', 'api', 'api/v1', 'apis/apps', 'apis/apps/v1', 'openid/v1/jwks', 'version']));
    const url = index.paths['apis/apps/v1']?.serverRelativeURL ?? '';
    expect((await server.ask('GET', url)).headers).toMatchObject({ 'Cache-Control': 'public, immutable' });
    const stale = await server.ask('GET', '/openapi/v3/apis/apps/v1?hash=OLD');
    expect([stale.status, stale.headers['Location']]).toEqual([301, url]);
  });

  it('the root lists each path that is served, health checks one by one', async () => {
    const { body } = await server.ask('GET', '/');
    const recorded = (fact('discovery/root.json') as { paths: string[] }).paths.filter((path) => path !== '/metrics/slis');
    expect(body['paths']).toEqual(recorded);
  });

  it.each(['/nope', '/apis/nope', '/apis/nope/v1', '/openapi/v2/'])('%s is not found, in plain words', async (path) => {
    expect((await server.ask('GET', path)).text).toBe('404 page not found\n');
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}
