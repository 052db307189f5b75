/** What collections the server has. Behaves like upstream client-go/discovery ServerPreferredResources. */
import { parseApiVersion } from '../apimachinery/meta.ts';
import type { APIGroupList, APIResourceList, APIVersions } from '../apimachinery/types/meta.gen.ts';
import type { Client } from './interface.ts';

export interface DiscoveredResource {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

export interface Discovery {
  /** Each collection in its group's preferred version; no subresources. */
  readonly resources: readonly DiscoveredResource[];
  /** `group/version` → why it could not be asked (an aggregated server that is down). */
  readonly failures: ReadonlyMap<string, unknown>;
}

async function read<T>(client: Client, path: string): Promise<T> {
  return (await (await client.raw({ method: 'GET', path })).object()) as T;
}

function resourcesOf(list: APIResourceList): DiscoveredResource[] {
  const gv = parseApiVersion(list.groupVersion) ?? { group: '', version: list.groupVersion };
  return (list.resources ?? [])
    .filter((r) => !r.name.includes('/'))
    .map((r) => ({ group: gv.group, version: gv.version, resource: r.name, kind: r.kind, namespaced: r.namespaced, verbs: r.verbs ?? [] }));
}

/** Preferred versions first; then the others, for collections that only they have. */
async function groupVersions(client: Client): Promise<{ path: string; name: string }[]> {
  const [core, groups] = await Promise.all([read<APIVersions>(client, '/api'), read<APIGroupList>(client, '/apis')]);
  const ordered = (groups.groups ?? []).flatMap((group) => {
    const preferred = group.preferredVersion?.groupVersion;
    const others = (group.versions ?? []).map((v) => v.groupVersion).filter((gv) => gv !== preferred);
    return [...(preferred === undefined ? [] : [preferred]), ...others];
  });
  return [...(core.versions ?? []).map((v) => ({ path: `/api/${v}`, name: v })), ...ordered.map((gv) => ({ path: `/apis/${gv}`, name: gv }))];
}

export async function discover(client: Client): Promise<Discovery> {
  const wanted = await groupVersions(client);
  const failures = new Map<string, unknown>();
  const lists = await Promise.all(
    wanted.map(async ({ path, name }) => {
      try {
        return resourcesOf(await read<APIResourceList>(client, path));
      } catch (error) {
        failures.set(name, error);
        return [];
      }
    }),
  );
  const byName = new Map<string, DiscoveredResource>();
  for (const resource of lists.flat()) {
    const key = `${resource.group}/${resource.resource}`;
    if (!byName.has(key)) byName.set(key, resource);
  }
  return { resources: [...byName.values()], failures };
}
