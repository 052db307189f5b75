/** The names under which messages speak of a resource: those of the request, or the definition's own for code inside the server. */
import { apiVersionOf, parseApiVersion, type GroupResource, type GroupVersion, type Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { RequestContext } from './context.ts';
import type { ResourceDefinition, Subresource, Version } from './definition.ts';

export function groupResourceOf(definition: ResourceDefinition, ctx: RequestContext): GroupResource {
  if (ctx.info.isResourceRequest && ctx.info.resource !== '') {
    const asked = definition.versions.find((v) => v.gvk.group === ctx.info.apiGroup && v.plural === ctx.info.resource);
    if (asked) return { group: asked.gvk.group, resource: asked.plural };
  }
  const own = storageVersionOf(definition);
  return { group: own.gvk.group, resource: own.plural };
}

/** Versions of a custom resource have subresources of their own. */
export function hasSubresource(version: Version, subresource: Subresource): boolean {
  return !('versions' in subresource) || subresource.versions === undefined || subresource.versions.has(apiVersionOf(version.gvk));
}

/** The version in which the thing is stored. */
export function storageVersionOf(definition: ResourceDefinition): Version {
  return versionOf(definition, definition.storageVersion) ?? unreachable(definition);
}

/** The version of an object that the cacher holds. */
export function heldVersionOf(definition: ResourceDefinition, obj: DeepReadonly<Obj>): Version {
  return (definition.convertsOnRead && versionNamed(definition, obj.apiVersion)) || storageVersionOf(definition);
}

/** By the text `example.com/v1`. */
export function versionNamed(definition: ResourceDefinition, apiVersion: string): Version | undefined {
  const gv = parseApiVersion(apiVersion);
  return gv && versionOf(definition, gv);
}

export function versionOf(definition: ResourceDefinition, gv: GroupVersion): Version | undefined {
  const { versions } = definition;
  for (let i = 0; i < versions.length; i++) {
    const version = versions[i] as Version;
    if (version.gvk.version === gv.version && version.gvk.group === gv.group) return version;
  }
  return undefined;
}

/** The version in which admission and validation see an object. */
export function workingVersionOf(definition: ResourceDefinition, requested: GroupVersion): Version {
  return (definition.validates === 'requested' ? versionOf(definition, requested) : undefined) ?? storageVersionOf(definition);
}

function unreachable(definition: ResourceDefinition): never {
  throw new Error(`${definition.storedAs} does not define its storage version`);
}
