/** The operations of one group version, from the definitions. Behaves like upstream apiserver/pkg/endpoints/installer.go and openapi/openapi.go. */
import { apiVersionOf, type GroupVersion, type GroupVersionKind } from '../../apimachinery/meta.ts';
import type { ResourceDefinition, Subresource, Version } from '../../registry/generic/definition.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';
import { DELETE, DELETE_COLLECTION, inPath, LIST, PATCH, queries, query, WRITE } from './parameters.ts';
import { META, refTo, type Json } from './schemas.ts';

const MEDIA = ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml'];
const STREAMS = ['application/json', 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf', 'application/vnd.kubernetes.protobuf;stream=watch', 'application/yaml'];
const PATCHES = ['application/apply-patch+yaml', 'application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json'];
const ALL = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];

export interface ServedResource {
  readonly definition: ResourceDefinition;
  readonly version: Version;
  /** Name of the list's schema. */
  readonly listName: string;
  /** Name of the schema. */
  readonly name: string;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `CoreV1`, `SchedulingV1`, `RbacAuthorizationV1`: part of operation IDs. */
export function operationGroup({ group, version }: GroupVersion): string {
  const base = group === '' ? 'core' : group.replace(/\.k8s\.io$/, '');
  return base.split(/[.-]/).map(capital).join('') + capital(version);
}

export function tagOf({ group, version }: GroupVersion): string {
  const id = operationGroup({ group, version });
  const stem = id.slice(0, id.length - version.length);
  return `${stem.charAt(0).toLowerCase()}${stem.slice(1)}_${version}`;
}

/** Everything one operation needs. */
interface Operation {
  readonly id: string;
  readonly action: string;
  readonly gvk: GroupVersionKind;
  readonly answers: readonly (readonly [code: string, schema: Json])[];
  readonly media?: readonly string[];
  readonly body?: { readonly schema: Json; readonly media: readonly string[]; readonly required: boolean };
  readonly parameters?: readonly Json[];
}

const content = (schema: Json, media: readonly string[]): Json => Object.fromEntries(media.map((m) => [m, { schema }]));

class PathBuilder {
  readonly paths: Record<string, Json> = {};
  readonly #gv: GroupVersion;
  readonly #root: string;
  readonly #custom: boolean;

  constructor(gv: GroupVersion, custom: boolean) {
    this.#gv = gv;
    this.#custom = custom;
    this.#root = `${gv.group === '' ? '/api' : '/apis'}/${apiVersionOf(gv)}`;
  }

  root(): void {
    this.paths[`${this.#root}/`] = {
      get: {
        tags: [tagOf(this.#gv)],
        operationId: `get${operationGroup(this.#gv)}APIResources`,
        responses: { '200': { content: content(refTo(`${META}.APIResourceList`), MEDIA) }, '401': {} },
      },
    };
  }

  add(path: string, method: string, operation: Operation, common: readonly Json[]): void {
    const item = (this.paths[`${this.#root}/${path}`] ??= { parameters: [...common] });
    const { media = MEDIA } = operation;
    const shown = this.#custom ? media.filter((m) => !m.includes('protobuf') && !m.includes('stream')) : media;
    item[method] = {
      tags: [tagOf(this.#gv)],
      operationId: operation.id,
      ...(operation.parameters && { parameters: operation.parameters }),
      ...(operation.body && { requestBody: { content: content(operation.body.schema, this.#custom ? operation.body.media.filter((m) => !m.includes('strategic')) : operation.body.media), ...(operation.body.required && { required: true }) } }),
      responses: Object.fromEntries([...operation.answers.map(([code, schema]) => [code, { content: content(schema, shown) }]), ['401', {}]]),
      'x-kubernetes-action': operation.action,
      'x-kubernetes-group-version-kind': operation.gvk,
    };
  }

  /** Members in upstream's order. */
  finish(): Record<string, Json> {
    const order = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'parameters'];
    return Object.fromEntries(
      Object.entries(this.paths)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, item]) => [path, withCommonParameters(item)] as const)
        .map(([path, item]) => [path, Object.fromEntries(order.flatMap((k) => (item[k] === undefined ? [] : [[k, item[k]]])))]),
    );
  }
}

/** A single operation's parameters stand at its path. */
function withCommonParameters(item: Json): Json {
  const methods = Object.keys(item).filter((k) => k !== 'parameters');
  const [only] = methods;
  if (methods.length !== 1 || only === undefined) return item;
  const { parameters = [], ...operation } = item[only] as { parameters?: readonly Json[] };
  return { [only]: operation, ...(item['parameters'] !== undefined && { parameters: [...parameters, ...(item['parameters'] as readonly Json[])].sort(byName) }) };
}

export function pathsOf(gv: GroupVersion, served: readonly ServedResource[]): Record<string, Json> {
  const custom = served.every((s) => s.definition.validates === 'requested') && served.length > 0;
  const builder = new PathBuilder(gv, custom);
  builder.root();
  for (const resource of served) {
    resourcePaths(builder, gv, resource);
    for (const [name, subresource] of resource.definition.subresources) subresourcePaths(builder, gv, resource, name, subresource);
  }
  return builder.finish();
}

const PRETTY = query('pretty');

function resourcePaths(b: PathBuilder, gv: GroupVersion, { definition, version, name, listName }: ServedResource): void {
  const verbs: readonly string[] = definition.backing === 'stored' ? (definition.verbs ?? ALL) : definition.backing.verbs;
  const has = (verb: string): boolean => verbs.includes(verb);
  const namespaced = definition.scope === 'Namespaced';
  const group = operationGroup(gv);
  const { gvk, plural } = version;
  const subject = `${namespaced ? 'Namespaced' : ''}${gvk.kind}`;
  const base = namespaced ? `namespaces/{namespace}/${plural}` : plural;
  const inNamespace = namespaced ? [inPath('namespace')] : [];
  const collection = [...inNamespace, PRETTY];
  const one = [inPath('name'), ...inNamespace, PRETTY];
  const self = refTo(name);
  const common = { gvk };
  if (has('list')) {
    const listed = { ...common, action: 'list', answers: [['200', refTo(listName)]] as const, media: STREAMS };
    b.add(base, 'get', { ...listed, id: `list${group}${subject}`, parameters: queries(LIST) }, collection);
    if (namespaced) b.add(plural, 'get', { ...listed, id: `list${group}${gvk.kind}ForAllNamespaces` }, [...queries(LIST), PRETTY].sort(byName));
  }
  if (has('create')) {
    const answers = ['200', '201', '202'].map((code) => [code, self] as const);
    b.add(base, 'post', { ...common, id: `create${group}${subject}`, action: 'post', answers, parameters: queries(WRITE), body: { schema: self, media: ['*/*'], required: true } }, collection);
  }
  if (has('deletecollection')) {
    b.add(base, 'delete', { ...common, id: `delete${group}Collection${subject}`, action: 'deletecollection', answers: [['200', refTo(`${META}.Status`)]], parameters: queries(DELETE_COLLECTION), body: deleteBody() }, collection);
  }
  objectPaths(b, { verbs, group, subject, path: `${base}/{name}`, common: one, gvk, self, deleted: definition.strategy.checkGracefulDelete || RETURNS_OBJECT.has(definition.storedAs) ? self : refTo(`${META}.Status`) });
  if (has('watch')) watchPaths(b, { group, subject, base, plural, namespaced, gvk });
}

/** Deleting these answers with the object. */
const RETURNS_OBJECT = new Set(['persistentvolumeclaims', 'persistentvolumes', 'podtemplates', 'pods', 'resourcequotas', 'serviceaccounts', 'services', 'csidrivers.storage.k8s.io', 'csinodes.storage.k8s.io', 'storageclasses.storage.k8s.io', 'volumeattachments.storage.k8s.io', 'volumeattributesclasses.storage.k8s.io', 'deviceclasses.resource.k8s.io', 'resourceclaims.resource.k8s.io', 'resourceclaimtemplates.resource.k8s.io', 'resourceslices.resource.k8s.io']);

const byName = (a: Json, b: Json): number => (String(a['name']) < String(b['name']) ? -1 : String(a['name']) > String(b['name']) ? 1 : a['in'] === 'path' ? -1 : 1);

function deleteBody(): NonNullable<Operation['body']> {
  return { schema: refTo(`${META}.DeleteOptions`), media: ['*/*'], required: false };
}

interface ObjectPath {
  readonly verbs: readonly string[];
  readonly group: string;
  /** `NamespacedPod`, `NamespacedPodStatus`. */
  readonly subject: string;
  readonly path: string;
  readonly common: readonly Json[];
  readonly gvk: GroupVersionKind;
  readonly self: Json;
  readonly deleted?: Json;
}

function objectPaths(b: PathBuilder, { verbs, group, subject, path, common, gvk, self, deleted }: ObjectPath): void {
  const write = [['200', self], ['201', self]] as const;
  if (verbs.includes('get')) b.add(path, 'get', { id: `read${group}${subject}`, action: 'get', gvk, answers: [['200', self]] }, common);
  if (verbs.includes('update')) {
    b.add(path, 'put', { id: `replace${group}${subject}`, action: 'put', gvk, answers: write, parameters: queries(WRITE), body: { schema: self, media: ['*/*'], required: true } }, common);
  }
  if (verbs.includes('patch')) {
    b.add(path, 'patch', { id: `patch${group}${subject}`, action: 'patch', gvk, answers: write, parameters: queries(PATCH), body: { schema: refTo(`${META}.Patch`), media: PATCHES, required: true } }, common);
  }
  if (verbs.includes('delete') && deleted) {
    b.add(path, 'delete', { id: `delete${group}${subject}`, action: 'delete', gvk, answers: [['200', deleted], ['202', deleted]], parameters: queries(DELETE), body: deleteBody() }, common);
  }
}

function watchPaths(b: PathBuilder, w: { group: string; subject: string; base: string; plural: string; namespaced: boolean; gvk: GroupVersionKind }): void {
  const event = [['200', refTo(`${META}.WatchEvent`)]] as const;
  const inNamespace = w.namespaced ? [inPath('namespace')] : [];
  const parameters = (...more: Json[]): Json[] => [...queries(LIST), PRETTY, ...inNamespace, ...more].sort(byName);
  const watch = (id: string, action: string): Operation => ({ id, action, gvk: w.gvk, answers: event, media: STREAMS });
  b.add(`watch/${w.base}/{name}`, 'get', watch(`watch${w.group}${w.subject}`, 'watch'), parameters(inPath('name')));
  b.add(`watch/${w.base}`, 'get', watch(`watch${w.group}${w.subject}List`, 'watchlist'), parameters());
  if (w.namespaced) b.add(`watch/${w.plural}`, 'get', watch(`watch${w.group}${w.gvk.kind}ListForAllNamespaces`, 'watchlist'), [...queries(LIST), PRETTY].sort(byName));
}

function subresourcePaths(b: PathBuilder, gv: GroupVersion, { definition, version, name }: ServedResource, sub: string, subresource: Subresource): void {
  const namespaced = definition.scope === 'Namespaced';
  const group = operationGroup(gv);
  const subject = `${namespaced ? 'Namespaced' : ''}${version.gvk.kind}${subresourceName(sub)}`;
  const path = `${namespaced ? 'namespaces/{namespace}/' : ''}${version.plural}/{name}/${sub}`;
  const common = [inPath('name'), ...(namespaced ? [inPath('namespace')] : []), PRETTY];
  switch (subresource.kind) {
    case 'view':
      return objectPaths(b, { verbs: subresource.verbs, group, subject, path, common, gvk: subresource.input?.gvk ?? version.gvk, self: refTo(subresource.input?.typeName ?? name) });
    case 'scale':
      return objectPaths(b, { verbs: subresource.verbs, group, subject, path, common, gvk: { group: 'autoscaling', version: 'v1', kind: 'Scale' }, self: refTo('io.k8s.api.autoscaling.v1.Scale') });
    case 'create': {
      const self = refTo(subresource.input.typeName);
      const answers = ['200', '201', '202'].map((code) => [code, self] as const);
      return b.add(path, 'post', { id: `create${group}${subject}`, action: 'post', gvk: subresource.input.gvk, answers, body: { schema: self, media: ['*/*'], required: true } }, [...queries(WRITE), ...common].sort(byName));
    }
    case 'get': {
      const answers = [['200', { type: 'string' }]] as const;
      return b.add(path, 'get', { id: `read${group}${subject}`, action: 'get', gvk: version.gvk, answers, media: ['application/json', 'application/vnd.kubernetes.protobuf', 'application/yaml', 'text/plain'] }, [...optionsOf(subresource.options.schema), ...common].sort(byName));
    }
    case 'connect':
      return connectPaths(b, { group, subject, path, common: common.filter((p) => p !== PRETTY), gvk: { ...version.gvk, kind: subresource.options.gvk.kind } }, subresource);
  }
}

const NAMES: Readonly<Record<string, string>> = { ephemeralcontainers: 'Ephemeralcontainers', portforward: 'Portforward' };
const subresourceName = (sub: string): string => NAMES[sub] ?? capital(sub);

function optionsOf(schema: Struct): Json[] {
  return queries([...schema.fields.values()].filter((f) => f.name !== 'kind' && f.name !== 'apiVersion' && !(f.schema.kind === 'scalar' && f.schema.is === 'time')).map((f) => f.name));
}

interface Connect {
  readonly group: string;
  readonly subject: string;
  readonly path: string;
  readonly common: readonly Json[];
  readonly gvk: GroupVersionKind;
}

function connectPaths(b: PathBuilder, c: Connect, subresource: Subresource & { kind: 'connect' }): void {
  const parameters = [...optionsOf(subresource.options.schema), ...c.common].sort(byName);
  for (const verb of subresource.verbs) {
    const operation: Operation = { id: `connect${c.group}${capital(verb.toLowerCase())}${c.subject}`, action: 'connect', gvk: c.gvk, answers: [['200', { type: 'string' }]], media: ['*/*'] };
    b.add(c.path, verb.toLowerCase(), operation, parameters);
    if (subresource.pathTail) b.add(`${c.path}/{path}`, verb.toLowerCase(), { ...operation, id: `${operation.id}WithPath` }, [...parameters, inPath('path')].sort(byName));
  }
}
