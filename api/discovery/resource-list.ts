/** What is served in one group version, from the definitions. Behaves like upstream apiserver/pkg/endpoints/installer.go (APIResource). */
import { apiVersionOf, type GroupVersion, type GroupVersionKind } from '../../apimachinery/meta.ts';
import type { ResourceDefinition, Subresource, Version } from '../../registry/generic/definition.ts';
import { hasSubresource } from '../../registry/generic/resource-key.ts';
import { storageVersionHash } from './storage-version-hash.ts';

export interface APIResource {
  readonly name: string;
  readonly singularName: string;
  readonly namespaced: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly storageVersionHash?: string;
}

export interface ServedVersion {
  readonly definition: ResourceDefinition;
  readonly version: Version;
}

const ALL = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
/** Upstream still stores these in an older version, which is all that their hash tells. */
const HASHED_AS: Readonly<Record<string, string>> = { 'customresourcedefinitions.apiextensions.k8s.io': 'v1beta1', 'volumeattributesclasses.storage.k8s.io': 'v1beta1' };
const OF_METHOD: Readonly<Record<string, string>> = { GET: 'get', POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };
const SCALE: GroupVersionKind = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

const byName = (a: APIResource, b: APIResource): number => (a.name < b.name ? -1 : 1);
const isCustom = ({ definition }: ServedVersion): boolean => definition.validates === 'requested';

/** Sorted by name; of a custom resource, status stands before scale. */
export async function apiResources(served: readonly ServedVersion[]): Promise<readonly APIResource[]> {
  const sorted = served.toSorted((a, b) => (a.version.plural < b.version.plural ? -1 : 1));
  const all = await Promise.all(sorted.map(async (s) => [await mainResource(s), ...subresources(s)]));
  return served.every(isCustom) ? all.flat() : all.flat().sort(byName);
}

async function mainResource(served: ServedVersion): Promise<APIResource> {
  const { definition, version } = served;
  const stored = definition.backing === 'stored';
  const verbs = definition.backing === 'stored' ? (definition.verbs ?? ALL) : definition.backing.verbs;
  const kind = definition.versions.find((v) => sameVersion(v.gvk, definition.storageVersion))?.gvk ?? { ...definition.storageVersion, kind: version.gvk.kind };
  return {
    name: version.plural,
    singularName: version.singular,
    namespaced: definition.scope === 'Namespaced',
    kind: version.gvk.kind,
    verbs: isCustom(served) ? verbs : [...verbs].sort(),
    ...(version.shortNames.length > 0 && { shortNames: version.shortNames }),
    ...(version.categories.length > 0 && { categories: version.categories }),
    ...(stored && { storageVersionHash: await storageVersionHash({ ...kind, version: HASHED_AS[definition.storedAs] ?? kind.version }) }),
  };
}

const sameVersion = (a: GroupVersion, b: GroupVersion): boolean => a.group === b.group && a.version === b.version;

function subresources({ definition, version }: ServedVersion): APIResource[] {
  return [...definition.subresources].filter(([, subresource]) => hasSubresource(version, subresource)).map(([name, subresource]) => {
    const kind = kindOf(subresource, version.gvk);
    return {
      name: `${version.plural}/${name}`,
      singularName: '',
      namespaced: definition.scope === 'Namespaced',
      ...(!sameVersion(kind, version.gvk) && { group: kind.group, version: kind.version }),
      kind: kind.kind,
      verbs: verbsOf(subresource),
    };
  });
}

function kindOf(subresource: Subresource, own: GroupVersionKind): GroupVersionKind {
  switch (subresource.kind) {
    case 'view':
      return subresource.input?.gvk ?? own;
    case 'scale':
      return SCALE;
    case 'create':
      return subresource.input.gvk;
    case 'get':
      return own;
    case 'connect':
      return { ...own, kind: subresource.options.gvk.kind };
  }
}

function verbsOf(subresource: Subresource): readonly string[] {
  switch (subresource.kind) {
    case 'view':
    case 'scale':
      return [...subresource.verbs].sort();
    case 'create':
      return ['create'];
    case 'get':
      return ['get'];
    case 'connect':
      return subresource.verbs.flatMap((method) => OF_METHOD[method] ?? []).sort();
  }
}

export function resourceListDocument(gv: GroupVersion, resources: readonly APIResource[]): object {
  return { kind: 'APIResourceList', ...(gv.group !== '' && { apiVersion: 'v1' }), groupVersion: apiVersionOf(gv), resources };
}
