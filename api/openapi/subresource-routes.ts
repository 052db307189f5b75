/** The operations on a subresource. Behaves like upstream apiserver/pkg/endpoints/installer.go. */
import type { GroupVersionKind } from '../../apimachinery/meta.ts';
import type { Subresource } from '../../registry/generic/definition.ts';
import { article, capital, MEDIA, objectOperations, placeOf, routeOf, subjectId, type Operation, type ServedResource, type Subject } from './operation.ts';
import type { Parameter, Route } from './route.ts';

const SCALE = { gvk: { group: 'autoscaling', version: 'v1', kind: 'Scale' }, typeName: 'io.k8s.api.autoscaling.v1.Scale' };

/** Where the subresource stands, what is read or written there, and how upstream speaks of it. */
interface Place {
  readonly path: string;
  readonly name: string;
  /** `NamespacedPodStatus` */
  readonly id: string;
  readonly parameters: readonly Parameter[];
  readonly gvk: GroupVersionKind;
}

export function subresourceRoutes(subject: Subject, resource: ServedResource, name: string, subresource: Subresource): Route[] {
  const gvk = kindOf(subject, subresource);
  const { one, inOne } = placeOf(subject, resource.version.plural, gvk.kind);
  const place = { path: `${one}/${name}`, name, id: `${subjectId(subject)}${capital(name)}`, parameters: inOne, gvk };
  return operationsOf(subject, resource, place, subresource).map((operation) => routeOf(subject, operation));
}

function kindOf({ gvk, custom }: Subject, subresource: Subresource): GroupVersionKind {
  switch (subresource.kind) {
    case 'view':
      return subresource.input?.gvk ?? gvk;
    case 'scale':
      /** Of custom resources, upstream names the resource's own kind. */
      return custom ? gvk : SCALE.gvk;
    case 'create':
      return subresource.input.gvk;
    case 'get':
      return gvk;
    case 'connect':
      return { ...gvk, kind: subresource.options.gvk.kind };
  }
}

function operationsOf(subject: Subject, resource: ServedResource, place: Place, subresource: Subresource): Operation[] {
  const what = `${place.name} of the specified ${subject.gvk.kind}`;
  switch (subresource.kind) {
    case 'view':
      return objectOperations(subject, { ...place, verbs: subresource.verbs, what, model: subresource.input?.typeName ?? resource.name });
    case 'scale':
      return objectOperations(subject, { ...place, verbs: subresource.verbs, what, model: SCALE.typeName });
    case 'create':
      return [createOperation(subject, place, subresource)];
    case 'get': {
      const options = subject.parameters.options(subresource.options);
      return [{ ...place, method: 'get', id: `read${subject.group}${place.id}`, action: 'get', description: `read ${what}`, produces: ['text/plain', ...MEDIA], parameters: [...options, ...place.parameters], answers: [['200', 'string']] }];
    }
    case 'connect':
      return connectOperations(subject, place, subresource);
  }
}

function createOperation(subject: Subject, { path, id, name, parameters, gvk }: Place, { input }: Subresource & { readonly kind: 'create' }): Operation {
  const { kind } = subject.gvk;
  const model = input.typeName;
  return {
    path, method: 'post', id: `create${subject.group}${id}`, action: 'post', description: `create ${name} of ${article(kind)}${kind}`, gvk,
    parameters: [...subject.parameters.write, ...parameters], body: { model, required: true }, answers: [['200', model], ['201', model], ['202', model]],
  };
}

function connectOperations(subject: Subject, place: Place, { options, verbs, pathTail }: Subresource & { readonly kind: 'connect' }): Operation[] {
  const parameters = [...subject.parameters.options(options), ...place.parameters.filter((p) => p.name !== 'pretty')];
  const operations = verbs.map((verb): Operation => {
    const method = verb.toLowerCase();
    return {
      path: place.path, method, id: `connect${subject.group}${capital(method)}${place.id}`, action: 'connect', description: `connect ${verb} requests to ${place.name} of ${subject.gvk.kind}`,
      gvk: place.gvk, produces: ['*/*'], parameters, answers: [['200', 'string']],
    };
  });
  const below = operations.map((o) => ({ ...o, path: `${o.path}/{path}`, id: `${o.id}WithPath`, parameters: [...parameters, subject.parameters.path] }));
  return pathTail ? [...operations, ...below] : operations;
}
