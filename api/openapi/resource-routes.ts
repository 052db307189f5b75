/** The operations on a resource's objects and collections. Behaves like upstream apiserver/pkg/endpoints/installer.go and apiextensions-apiserver/pkg/controller/openapi/builder. */
import { article, objectOperations, placeOf, routeOf, STATUS, STREAMS, subjectId, type Operation, type ServedResource, type Subject } from './operation.ts';
import type { Route } from './route.ts';
import { META } from './schemas.ts';

const ALL = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const DELETE_OPTIONS: Route['body'] = { model: `${META}.DeleteOptions`, required: false };

export function resourceRoutes(subject: Subject, resource: ServedResource): Route[] {
  const { definition, version, name } = resource;
  const verbs: readonly string[] = definition.backing === 'stored' ? (definition.verbs ?? ALL) : definition.backing.verbs;
  const { one, inOne } = placeOf(subject, version.plural);
  const objects = { verbs, path: one, parameters: inOne, id: subjectId(subject), what: `the specified ${version.gvk.kind}`, gvk: version.gvk, model: name };
  const all: Readonly<Record<string, Operation[]>> = {
    list: listOperations(subject, resource, verbs.includes('watch')),
    create: [createOperation(subject, resource)],
    deletecollection: [deleteCollectionOperation(subject, resource)],
    delete: [deleteOperation(subject, resource)],
    watch: subject.custom ? [] : watchOperations(subject, resource),
  };
  return [...objectOperations(subject, objects), ...verbs.flatMap((verb) => all[verb] ?? [])].map((operation) => routeOf(subject, operation));
}

function listOperations(subject: Subject, { version, listName }: ServedResource, watched: boolean): Operation[] {
  const { parameters, group, namespaced, gvk } = subject;
  const { base, inBase } = placeOf(subject, version.plural);
  const shared = { method: 'get', action: 'list', description: `list ${watched && !subject.custom ? 'or watch ' : ''}objects of kind ${gvk.kind}`, produces: STREAMS, answers: [['200', listName]] } as const;
  const list: Operation = { ...shared, path: base, id: `list${group}${subjectId(subject)}`, parameters: [...parameters.list, ...inBase] };
  return namespaced ? [list, { ...shared, path: version.plural, id: `list${group}${gvk.kind}ForAllNamespaces`, parameters: [...parameters.list, parameters.pretty] }] : [list];
}

function createOperation(subject: Subject, { version, name }: ServedResource): Operation {
  const { base, inBase } = placeOf(subject, version.plural);
  const { kind } = subject.gvk;
  return {
    path: base, method: 'post', id: `create${subject.group}${subjectId(subject)}`, action: 'post', description: `create ${article(kind)}${kind}`,
    parameters: [...subject.parameters.write, ...inBase], body: { model: name, required: true }, answers: [['200', name], ['201', name], ['202', name]],
  };
}

function deleteCollectionOperation(subject: Subject, { version }: ServedResource): Operation {
  const { base, inBase } = placeOf(subject, version.plural);
  const options = subject.custom ? subject.parameters.list : subject.parameters.deleteCollection;
  return {
    path: base, method: 'delete', id: `delete${subject.group}Collection${subjectId(subject)}`, action: 'deletecollection', description: `delete collection of ${subject.gvk.kind}`,
    parameters: [...options, ...inBase], ...(!subject.custom && { body: DELETE_OPTIONS }), answers: [['200', STATUS]],
  };
}

function deleteOperation(subject: Subject, { definition, version, name }: ServedResource): Operation {
  const { one, inOne } = placeOf(subject, version.plural);
  const { kind } = subject.gvk;
  /** Of what goes in steps (namespaces), upstream documents a Status. */
  const answersObject = definition.strategy.returnDeletedObject === true && !definition.strategy.keepOnDelete;
  const model = !subject.custom && answersObject ? name : STATUS;
  return {
    path: one, method: 'delete', id: `delete${subject.group}${subjectId(subject)}`, action: 'delete', description: `delete ${article(kind)}${kind}`,
    parameters: [...subject.parameters.delete, ...inOne], body: DELETE_OPTIONS, answers: [['200', model], ['202', model]],
  };
}

const DEPRECATED = "deprecated: use the 'watch' parameter with a list operation instead";

/** The paths below /watch/. */
function watchOperations(subject: Subject, { version }: ServedResource): Operation[] {
  const { group, namespaced, parameters, gvk } = subject;
  const { base, one, inBase, inOne } = placeOf(subject, version.plural);
  const shared = { method: 'get', produces: STREAMS, answers: [['200', `${META}.WatchEvent`]] } as const;
  const list = { ...shared, action: 'watchlist', description: `watch individual changes to a list of ${gvk.kind}. ${DEPRECATED}.` };
  const operations: Operation[] = [
    { ...shared, path: `watch/${one}`, id: `watch${group}${subjectId(subject)}`, action: 'watch', description: `watch changes to an object of kind ${gvk.kind}. ${DEPRECATED}, filtered to a single item with the 'fieldSelector' parameter.`, parameters: [...parameters.list, ...inOne] },
    { ...list, path: `watch/${base}`, id: `watch${group}${subjectId(subject)}List`, parameters: [...parameters.list, ...inBase] },
  ];
  return namespaced ? [...operations, { ...list, path: `watch/${version.plural}`, id: `watch${group}${gvk.kind}ListForAllNamespaces`, parameters: [...parameters.list, parameters.pretty] }] : operations;
}
