/** The operations that one document describes: of a group version, of a group, or of a path that is no resource; between the registry and the documents (./document.ts, ./swagger.ts). */
import { apiVersionOf, type GroupVersion } from '../../apimachinery/meta.ts';
import { hasSubresource } from '../../registry/generic/resource-key.ts';
import { capital, MEDIA, type ServedResource } from './operation.ts';
import { Parameters } from './parameters.ts';
import { resourceRoutes } from './resource-routes.ts';
import type { Model, Route } from './route.ts';
import { META, type TextOf } from './schemas.ts';
import { subresourceRoutes } from './subresource-routes.ts';

/** `Core`, `RbacAuthorization` */
function groupId(group: string): string {
  const base = group === '' ? 'core' : group.replace(/\.k8s\.io$/, '');
  return base.split(/[.-]/).map(capital).join('');
}

/** `core`, `rbacAuthorization` */
function groupTag(group: string): string {
  const id = groupId(group);
  return id.charAt(0).toLowerCase() + id.slice(1);
}

export const isCustom = ({ version }: ServedResource): boolean => version.schema.name === undefined;

export function groupVersionRoutes(gv: GroupVersion, served: readonly ServedResource[], text: TextOf): Route[] {
  const parameters = new Parameters(text);
  const root = `${gv.group === '' ? '/api' : '/apis'}/${apiVersionOf(gv)}`;
  const group = groupId(gv.group) + capital(gv.version);
  const tag = `${groupTag(gv.group)}_${gv.version}`;
  const resources = served.flatMap((resource) => {
    const { definition, version } = resource;
    const subject = { root, group, tag, gvk: version.gvk, namespaced: definition.scope === 'Namespaced', custom: isCustom(resource), parameters };
    return [...resourceRoutes(subject, resource), ...[...definition.subresources].flatMap(([name, subresource]) => (hasSubresource(version, subresource) ? subresourceRoutes(subject, resource, name, subresource) : []))];
  });
  return served.every(isCustom) ? resources : [reading(`${root}/`, `get${group}APIResources`, tag, 'get available resources', `${META}.APIResourceList`), ...resources];
}

function reading(path: string, id: string, tag: string, description: string, model: Model, media: readonly string[] = MEDIA): Route {
  return { path, method: 'get', id, tag, description, consumes: media, produces: media, parameters: [], answers: [['200', model]] };
}

export function groupRoutes(group: string): Route[] {
  return [reading(`/apis/${group}/`, `get${groupId(group)}APIGroup`, groupTag(group), 'get information of a group', `${META}.APIGroup`)];
}

function withoutBody({ consumes: _none, ...route }: Route): Route {
  return route;
}

/** By the path below /openapi/v3/. */
export const OTHER_ROUTES: ReadonlyMap<string, readonly Route[]> = new Map([
  ['.well-known/openid-configuration', [withoutBody(reading('/.well-known/openid-configuration/', 'getServiceAccountIssuerOpenIDConfiguration', 'WellKnown', "get service account issuer OpenID configuration, also known as the 'OIDC discovery doc'", 'string', ['application/json']))]],
  ['api', [reading('/api/', 'getCoreAPIVersions', 'core', 'get available API versions', `${META}.APIVersions`)]],
  ['apis', [reading('/apis/', 'getAPIVersions', 'apis', 'get available API versions', `${META}.APIGroupList`)]],
  ['openid/v1/jwks', [withoutBody(reading('/openid/v1/jwks/', 'getServiceAccountIssuerOpenIDKeyset', 'openid', 'get service account issuer OpenID JSON Web Key Set (contains public token verification keys)', 'string', ['application/jwk-set+json']))]],
  ['version', [reading('/version/', 'getCodeVersion', 'version', 'get the version information for this server', 'io.k8s.apimachinery.pkg.version.Info', ['application/json'])]],
]);
