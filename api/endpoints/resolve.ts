/** From a path to the thing it names. Behaves like the routes that upstream apiserver/pkg/endpoints/installer.go registers. */
import { StatusError, newMethodNotSupported, newNotFound } from '../../apimachinery/errors.ts';
import type { Authenticated, RequestInfo, Verb } from '../../registry/generic/context.ts';
import type { ResourceDefinition, Subresource } from '../../registry/generic/definition.ts';
import type { Registry, Served } from '../../registry/generic/registry.ts';
import { hasSubresource } from '../../registry/generic/resource-key.ts';
import { checkRepresentations, MEDIA_TYPES } from './accept.ts';
import { newGenericMethodNotAllowed, newGenericNotFound } from './errors.ts';
import type { Target } from './scope.ts';

const ALL: readonly Verb[] = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

/** Throws NotFound or MethodNotAllowed without details, as a router does. Undefined: no router knows the path, as where only custom resources could be. */
export function resolve(registry: Registry, request: Authenticated): (Target & { readonly verb: string }) | undefined {
  const { info } = request;
  if (info.isWatchPath && info.subresource !== '') throw newGenericNotFound();
  if (info.isWatchPath && request.method !== 'GET' && request.method !== 'HEAD') throw newGenericMethodNotAllowed();
  const served = registry.byResource({ group: info.apiGroup, version: info.apiVersion, resource: info.resource });
  if (!served?.version.served || info.verb === 'proxy') return nowhere(registry, info);
  if (served.definition.validates === 'requested' && !isInScope(served.definition, info)) return undefined;
  checkNamespace(served.definition, info);
  if ((info.parts[1] ?? '') !== '' && !isNamed(served.definition)) throw newGenericNotFound();
  const subresource = subresourceOf(served, info);
  const verb = subresource ? subresourceVerb(subresource, request) : info.verb;
  if (served.definition.validates === 'storage' && !isRouted(info, subresource, request.method)) throw newGenericMethodNotAllowed();
  if (!allows(served.definition, subresource, verb, request)) throw notAllowed(served.definition, info, verb);
  if (served.definition.validates === 'storage') checkDeclared(request, subresource, verb);
  return { definition: served.definition, version: served.version, subresource, verb };
}

/** Groups of built-ins have a router. */
function nowhere(registry: Registry, { apiGroup }: RequestInfo): undefined {
  if (registry.isRouted(apiGroup)) throw newGenericNotFound();
  return undefined;
}

/** Of a custom resource: below a namespace if it has one, but for lists. */
function isInScope({ scope }: ResourceDefinition, { namespace, verb }: RequestInfo): boolean {
  return scope === 'Cluster' ? namespace === '' : namespace !== '' || verb === 'list' || verb === 'watch';
}

const OF_NAMES: ReadonlySet<string> = new Set(['get', 'watch', 'update', 'patch', 'delete']);
const OF_COLLECTIONS: ReadonlySet<string> = new Set(['list', 'watch', 'create', 'deletecollection']);

/** A router has routes for names, others for collections, and none for HEAD but those of connections. */
function isRouted(info: RequestInfo, subresource: Subresource | undefined, method: string): boolean {
  if (subresource) return method !== 'HEAD' || subresource.kind === 'connect';
  const isNamed = (info.parts[1] ?? '') !== '';
  return method !== 'HEAD' && (info.isWatchPath || (isNamed ? OF_NAMES : OF_COLLECTIONS).has(isNamed || info.verb !== 'get' ? info.verb : 'list'));
}

const NAMED: readonly Verb[] = ['get', 'update', 'patch', 'delete'];

/** Reviews have a collection to post to, and no objects. */
function isNamed({ backing, subresources }: ResourceDefinition): boolean {
  return backing === 'stored' || subresources.size > 0 || NAMED.some((v) => backing.verbs.includes(v));
}

/** A namespaced object is named below its namespace only, a cluster-scoped one never; a list may span all namespaces. */
function checkNamespace(definition: ResourceDefinition, info: RequestInfo): void {
  const below = info.namespace !== '' && !(info.resource === 'namespaces' && info.apiGroup === '' && info.name === info.namespace);
  const named = (info.parts[1] ?? '') !== '';
  if (definition.scope === 'Cluster') {
    if (below) throw newGenericNotFound();
  } else if (!below && named) throw newGenericNotFound();
  else if (!below && info.verb !== 'list' && info.verb !== 'watch') throw isListed(definition) ? newGenericMethodNotAllowed() : newGenericNotFound();
  else if (!below && !isListed(definition)) throw newGenericNotFound();
}

const isListed = ({ backing }: ResourceDefinition): boolean => backing === 'stored' || backing.verbs.includes('list');

/** Custom resources are not behind a router: their refusal names the resource. */
function notAllowed(definition: ResourceDefinition, info: RequestInfo, verb: string): StatusError {
  return definition.validates === 'requested' ? newMethodNotSupported({ group: info.apiGroup, resource: info.resource }, verb) : newGenericMethodNotAllowed();
}

const COLLECTION_TYPES: readonly string[] = [...MEDIA_TYPES, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
const TEXT_TYPES: readonly string[] = ['text/plain', ...MEDIA_TYPES];

/** The media types that a route declares; connections take any. */
function checkDeclared(request: Authenticated, subresource: Subresource | undefined, verb: string): void {
  if (subresource?.kind === 'connect') return;
  if (subresource?.kind === 'get') checkRepresentations(request, TEXT_TYPES);
  else checkRepresentations(request, !subresource && (verb === 'list' || verb === 'watch') ? COLLECTION_TYPES : MEDIA_TYPES);
}

function subresourceOf({ definition, version }: Served, info: RequestInfo): Subresource | undefined {
  if (info.subresource === '') return undefined;
  const subresource = definition.subresources.get(info.subresource);
  if (definition.validates === 'requested' && (!subresource || !hasSubresource(version, subresource))) throw newNotFound({ group: info.apiGroup, resource: info.resource }, info.name);
  const tail = info.parts.length > 3;
  if (!subresource || (tail && !(subresource.kind === 'connect' && subresource.pathTail))) throw newGenericNotFound();
  return subresource;
}

function subresourceVerb(subresource: Subresource, request: Authenticated): string {
  return subresource.kind === 'connect' ? 'connect' : request.info.verb;
}

function allows(definition: ResourceDefinition, subresource: Subresource | undefined, verb: string, request: Authenticated): boolean {
  if (!subresource) return (definition.backing === 'stored' ? (definition.verbs ?? ALL) : definition.backing.verbs).includes(verb as Verb);
  switch (subresource.kind) {
    case 'view':
    case 'scale':
      return subresource.verbs.includes(verb as Verb);
    case 'create':
      return verb === 'create';
    case 'get':
      return verb === 'get';
    case 'connect':
      return (subresource.verbs as readonly string[]).includes(request.method);
  }
}
