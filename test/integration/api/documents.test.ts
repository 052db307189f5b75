import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { newDiscovery } from '../../../api/discovery/documents.ts';
import { groupVersionRoutes } from '../../../api/openapi/routes.ts';
import { schemaOf } from '../../../api/openapi/schemas.ts';
import { servedIn } from '../../../api/openapi/served.ts';
import { newBuiltinRegistry } from '../../../registry/index.ts';

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

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}
