/**
 * The discovery documents, derived from the Registry and made anew only after it changed; between registry/generic and the table of other paths (api/server/other-paths.ts).
 * Behaves like upstream apiserver/pkg/endpoints/discovery.
 */
import { apiVersionOf } from '../../apimachinery/meta.ts';
import type { Registry } from '../../registry/generic/registry.ts';
import { aggregatedGroup } from './aggregated.ts';
import { orderGroups, orderVersions } from './group-order.ts';
import { apiResources, resourceListDocument, type APIResource, type ServedVersion } from './resource-list.ts';

export interface Discovery {
  /** /apis; groups in order of priority. */
  groups(): object;
  /** /apis/{group}; undefined: no such group. */
  group(name: string): object | undefined;
  /** /api/v1 ('' as group) or /apis/{group}/{version}; undefined: not served. */
  resources(group: string, version: string): Promise<object | undefined>;
  /** /api or /apis as one document. */
  aggregated(prefix: 'api' | 'apis'): Promise<object>;
  /** Versions by group, '' for core. */
  served(): ReadonlyMap<string, readonly string[]>;
  /** Whether built-in resources have the group: what it does not have is then answered by a router. */
  isRouted(group: string): boolean;
  /** Raised by each change. */
  readonly generation: number;
}

export function newDiscovery(registry: Registry): Discovery {
  let generation = 1;
  let versions: ReadonlyMap<string, readonly string[]> | undefined;
  let lists = new Map<string, Promise<readonly APIResource[]>>();
  registry.onChange(() => {
    generation++;
    versions = undefined;
    lists = new Map();
  });
  const served = (): ReadonlyMap<string, readonly string[]> => (versions ??= servedVersions(registry));
  const listOf = (group: string, version: string): Promise<readonly APIResource[]> => {
    const id = `${group}/${version}`;
    let list = lists.get(id);
    if (!list) lists.set(id, (list = apiResources(servedIn(registry, group, version))));
    return list;
  };
  const aggregate = async (group: string): Promise<object> =>
    aggregatedGroup(group, await Promise.all((served().get(group) ?? []).map(async (version) => ({ version, resources: await listOf(group, version) }))));
  return {
    served,
    isRouted: (group) => registry.isRouted(group),
    get generation() {
      return generation;
    },
    groups: () => ({ kind: 'APIGroupList', apiVersion: 'v1', groups: namedGroups(served()).map((name) => groupBody(name, served().get(name) ?? [])) }),
    group(name) {
      const of = name === '' ? undefined : served().get(name);
      return of && { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(name, of) };
    },
    async resources(group, version) {
      if (!served().get(group)?.includes(version)) return undefined;
      return resourceListDocument({ group, version }, await listOf(group, version));
    },
    async aggregated(prefix) {
      const groups = prefix === 'api' ? [''] : namedGroups(served());
      return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items: await Promise.all(groups.map(aggregate)) };
    },
  };
}

function namedGroups(served: ReadonlyMap<string, readonly string[]>): readonly string[] {
  return orderGroups(served).filter((group) => group !== '');
}

function groupBody(name: string, versions: readonly string[]): object {
  const body = versions.map((version) => ({ groupVersion: apiVersionOf({ group: name, version }), version }));
  return { name, versions: body, preferredVersion: body[0] };
}

function servedVersions(registry: Registry): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, Set<string>>();
  for (const definition of registry.definitions) {
    for (const { served, gvk } of definition.versions) if (served) found.set(gvk.group, (found.get(gvk.group) ?? new Set()).add(gvk.version));
  }
  return new Map([...found].map(([group, versions]) => [group, orderVersions(group, [...versions])]));
}

function servedIn(registry: Registry, group: string, version: string): readonly ServedVersion[] {
  return registry.definitions.flatMap((definition) => definition.versions.filter((v) => v.served && v.gvk.group === group && v.gvk.version === version).map((v) => ({ definition, version: v })));
}
