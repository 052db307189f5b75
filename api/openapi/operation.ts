/** An operation as its resource completes it to a route (./route.ts): identifiers, tags, media types; what ./resource-routes.ts and ./subresource-routes.ts share. */
import type { GroupVersionKind } from '../../apimachinery/meta.ts';
import type { ResourceDefinition, Version } from '../../registry/generic/definition.ts';
import type { Parameters } from './parameters.ts';
import type { Model, Parameter, Route } from './route.ts';
import { META } from './schemas.ts';

export const MEDIA = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];
export const STREAMS = [...MEDIA, 'application/json;stream=watch', 'application/vnd.kubernetes.protobuf;stream=watch'];
const PATCHES = ['application/json-patch+json', 'application/merge-patch+json', 'application/strategic-merge-patch+json', 'application/apply-patch+yaml'];
const ANY_MEDIA = ['*/*'];
const CUSTOM_MEDIA = ['application/json', 'application/yaml'];

export interface ServedResource {
  readonly definition: ResourceDefinition;
  readonly version: Version;
  /** Name of the schema. */
  readonly name: string;
  /** Name of the list's schema. */
  readonly listName: string;
}

/** What all operations on one resource have in common. */
export interface Subject {
  /** `/apis/apps/v1` */
  readonly root: string;
  /** `AppsV1` */
  readonly group: string;
  readonly tag: string;
  readonly gvk: GroupVersionKind;
  readonly namespaced: boolean;
  /** Custom resources speak no protobuf, and upstream's documents say less of them. */
  readonly custom: boolean;
  readonly parameters: Parameters;
}

export interface Operation {
  /** Below the root. */
  readonly path: string;
  readonly method: string;
  readonly id: string;
  readonly action: string;
  readonly description: string;
  readonly gvk?: GroupVersionKind;
  readonly produces?: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly body?: Route['body'];
  readonly answers: Route['answers'];
}

export function routeOf({ root, tag, gvk, custom }: Subject, { path, produces = MEDIA, ...operation }: Operation): Route {
  const patches = custom ? PATCHES.filter((type) => !type.includes('strategic')) : PATCHES;
  const consumes = operation.action === 'patch' ? patches : custom ? CUSTOM_MEDIA : ANY_MEDIA;
  return { gvk, ...operation, path: `${root}/${path}`, tag, consumes, produces: custom ? CUSTOM_MEDIA : produces };
}

/** Where the objects of a resource stand below the root, and the parameters of such paths; `kind`: what is read or written there. */
export function placeOf({ namespaced, parameters, gvk }: Subject, plural: string, kind = gvk.kind): { readonly base: string; readonly one: string; readonly inBase: Parameter[]; readonly inOne: Parameter[] } {
  const base = namespaced ? `namespaces/{namespace}/${plural}` : plural;
  const inBase = namespaced ? [parameters.namespace, parameters.pretty] : [parameters.pretty];
  return { base, one: `${base}/{name}`, inBase, inOne: [parameters.name(kind), ...inBase] };
}

export const STATUS: Model = `${META}.Status`;
/** `an `, or nothing before a plural. */
export const article = (noun: string): string => (/[^s]s$/.test(noun) ? '' : /^[aeiou]/i.test(noun) ? 'an ' : 'a ');
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** `NamespacedPod` */
export const subjectId = ({ namespaced, gvk }: Subject): string => `${namespaced ? 'Namespaced' : ''}${gvk.kind}`;

interface ObjectOperations {
  readonly verbs: readonly string[];
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** `NamespacedPodStatus` */
  readonly id: string;
  /** `the specified Pod`, `status of the specified Pod`. */
  readonly what: string;
  readonly gvk: GroupVersionKind;
  readonly model: Model;
}

/** get, update and patch of an object or of a part of it. */
export function objectOperations({ group, parameters, custom }: Subject, { verbs, path, parameters: common, id, what, gvk, model }: ObjectOperations): Operation[] {
  const shared = { path, gvk };
  const written = [['200', model], ['201', model]] as const;
  const reading = custom ? parameters.get : [];
  const operations: Readonly<Record<string, Operation>> = {
    get: { ...shared, method: 'get', id: `read${group}${id}`, action: 'get', description: `read ${what}`, parameters: [...reading, ...common], answers: [['200', model]] },
    update: { ...shared, method: 'put', id: `replace${group}${id}`, action: 'put', description: `replace ${what}`, parameters: [...parameters.write, ...common], body: { model, required: true }, answers: written },
    patch: { ...shared, method: 'patch', id: `patch${group}${id}`, action: 'patch', description: `partially update ${what}`, parameters: [...parameters.patch, ...common], body: { model: `${META}.Patch`, required: true }, answers: custom ? [['200', model]] : written },
  };
  return verbs.flatMap((verb) => operations[verb] ?? []);
}
