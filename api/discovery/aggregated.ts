/** One group of the aggregated discovery document. Behaves like upstream apiserver/pkg/endpoints/discovery/aggregated. */
import type { APIResource } from './resource-list.ts';

interface VersionResources {
  readonly version: string;
  readonly resources: readonly APIResource[];
}

export function aggregatedGroup(name: string, versions: readonly VersionResources[]): object {
  return { metadata: name === '' ? {} : { name }, versions: versions.map(aggregatedVersion) };
}

function aggregatedVersion({ version, resources }: VersionResources): object {
  const main = resources.filter((r) => !r.name.includes('/'));
  return { version, resources: main.map((r) => aggregatedResource(r, resources)), freshness: 'Current' };
}

function responseKind({ group, version, kind }: APIResource): object {
  return { group: group ?? '', version: version ?? '', kind };
}

function aggregatedResource(resource: APIResource, all: readonly APIResource[]): object {
  const prefix = `${resource.name}/`;
  const subresources = all
    .filter((r) => r.name.startsWith(prefix))
    .map((r) => ({ subresource: r.name.slice(prefix.length), responseKind: responseKind(r), verbs: r.verbs }));
  return {
    resource: resource.name,
    responseKind: responseKind(resource),
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singularName,
    verbs: resource.verbs,
    ...(resource.shortNames && { shortNames: resource.shortNames }),
    ...(resource.categories && { categories: resource.categories }),
    ...(subresources.length > 0 && { subresources }),
  };
}
