/** LIST: pages of cached bytes, written under backpressure. Behaves like upstream apiserver/pkg/endpoints/handlers/get.go and storage/cacher. */
import { StatusError, newBadRequest, newNotAcceptable, newResourceExpired } from '../../apimachinery/errors.ts';
import type { ApiResponse } from '../../apimachinery/http.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { isStorageError } from '../../storage/errors.ts';
import type { CachedPage, CachedRecord, Cacher, ListRequest } from '../../storage/cacher/interface.ts';
import { parseRevision, invalidUint } from '../../registry/generic/object-meta.ts';
import { testedOf } from '../../registry/generic/projection.ts';
import { notOlderThan } from '../../registry/generic/read.ts';
import { negotiated, goType, isPlainJson, PROTOBUF_HEADERS } from './answer.ts';
import type { Answer } from './accept.ts';
import { completeFields, objectsOfAll } from './converted-records.ts';
import { decodeContinue, encodeContinue, encodeStart } from './continue-token.ts';
import { encodeObject } from './encode.ts';
import { objectIn, partialMetadata } from './forms.ts';
import type { ListOptions } from './list-options.ts';
import { listMetadata, streamList } from './list-stream.ts';
import { protobufList } from './protobuf.ts';
import { selectionOf, type Selection } from './match.ts';
import { storeOf, type Scope } from './scope.ts';
import { tableOf, tableOptions, type ListMetaPart } from './table.ts';

export async function list(scope: Scope, options: ListOptions): Promise<ApiResponse> {
  const answer = negotiated(scope);
  const { backing } = scope.definition;
  if (backing !== 'stored') return virtualList(scope, answer, options, (await backing.list?.(scope.ctx)) ?? []);
  return pageAnswer(scope, answer, await pageOf(scope, options));
}

export async function pageAnswer(scope: Scope, answer: Answer, page: PageOf): Promise<ApiResponse> {
  if (scope.request.accepts === 'bytes' && isPlainJson(answer)) return streamList(scope, page.items, page.meta);
  if (scope.request.accepts === 'bytes' && answer.mediaType === 'application/vnd.kubernetes.protobuf' && answer.as?.kind !== 'PartialObjectMetadata') {
    const chunks = await protobufList(scope.definition, scope.version, page.items, page.meta, answer.as);
    return { status: 200, headers: PROTOBUF_HEADERS, body: { kind: 'stream', chunks: asynchronous(chunks) } };
  }
  return listAnswer(scope, answer, await objectsIn(scope, page.items), page.meta);
}

async function objectsIn({ definition, version }: Scope, records: readonly CachedRecord[]): Promise<readonly DeepReadonly<Obj>[]> {
  if (definition.convertsOnRead) return objectsOfAll(definition, version, records);
  const objects: DeepReadonly<Obj>[] = [];
  for (const record of records) objects.push(await objectIn(definition, version, record));
  return objects;
}

export interface PageOf {
  readonly items: readonly CachedRecord[];
  readonly meta: ListMetaPart;
}

/** One page and its metadata. Throws BadRequest, Expired, Timeout (a revision that has not happened). */
export async function pageOf(scope: Scope, options: ListOptions): Promise<PageOf> {
  const { info } = scope.request;
  const namespace = scope.definition.scope === 'Namespaced' ? info.namespace : '';
  const selection = selectionOf(scope, options.selectors, namespace, info.name);
  const { cacher } = storeOf(scope).parts;
  if (scope.definition.convertsOnRead) await completeFields(scope, cacher, options.selectors, selection.match);
  const prefix = prefixOf(cacher, selection);
  const page = await read(scope, options, selection, prefix);
  const last = page.items.at(-1);
  if (!page.more || !last) return { items: page.items, meta: { resourceVersion: String(page.revision) } };
  const next = encodeContinue(last.key.slice(prefix.length), page.revision);
  const remaining = selection.isEverything ? page.remaining : undefined;
  return { items: page.items, meta: { resourceVersion: String(page.revision), continue: next, ...(remaining !== undefined && { remainingItemCount: remaining }) } };
}

/** Continue tokens are relative to the namespace asked for. */
function prefixOf(cacher: Cacher, selection: Selection): string {
  const { namespace } = selection.match;
  return namespace === undefined ? cacher.spec.range.prefix : `${cacher.spec.range.prefix}${namespace}/`;
}

async function read(scope: Scope, options: ListOptions, selection: Selection, prefix: string): Promise<CachedPage> {
  const { cacher, set } = storeOf(scope).parts;
  const request: ListRequest = { match: selection.match, ...(options.limit > 0 && options.resourceVersion !== '0' && { limit: options.limit }) };
  if (options.continue !== '') return readNext(scope, options, request, prefix);
  const { resourceVersion: asked, resourceVersionMatch: match } = options;
  if (asked === '') {
    await set.fresh(scope.request);
    return cacher.list(request);
  }
  const revision = parseRevision(asked);
  if (revision === undefined || revision > Number.MAX_SAFE_INTEGER) throw newBadRequest(`invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(asked)}: ${invalidUint(asked)}`);
  const exact = match === 'Exact' || (match === '' && options.limit > 0 && revision > 0);
  if (!exact) {
    await notOlderThan(set, revision, scope.request);
    return cacher.list(request);
  }
  await notOlderThan(set, revision, scope.request);
  return expiring(() => cacher.listAt(revision, request), () => newResourceExpired('The resourceVersion for the provided list is too old.'));
}

/** A token of revision -1 goes on at the newest state. */
async function readNext(scope: Scope, options: ListOptions, request: ListRequest, prefix: string): Promise<CachedPage> {
  const { cacher, set } = storeOf(scope).parts;
  const token = decodeContinue(options.continue);
  if (options.resourceVersion !== '' && options.resourceVersion !== '0') throw newBadRequest('specifying resource version is not allowed when using continue');
  const next = { ...request, after: before(prefix + token.start) };
  if (token.revision < 0) {
    await set.fresh(scope.request);
    return cacher.list(next);
  }
  return expiring(() => cacher.listAt(token.revision, next), () => continueExpired(token.start));
}

/** The token's key is inclusive, the cacher's exclusive: the last key ends in NUL. */
const before = (start: string): string => (start.endsWith('\u0000') ? start.slice(0, -1) : start);

async function expiring(run: () => CachedPage | Promise<CachedPage>, error: () => StatusError): Promise<CachedPage> {
  try {
    return await run();
  } catch (cause) {
    if (isStorageError(cause, 'Compacted')) throw error();
    throw cause;
  }
}

class ContinueExpired extends StatusError {
  readonly token: string;

  constructor(token: string) {
    super(
      410,
      'Expired',
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    );
    this.token = token;
  }

  override toStatus(): ReturnType<StatusError['toStatus']> {
    return { ...super.toStatus(), metadata: { continue: this.token } };
  }
}

const continueExpired = (start: string): StatusError => new ContinueExpired(encodeStart(start, -1));

/** Selectors hold for what is not stored, too. */
function virtualList(scope: Scope, answer: Answer, options: ListOptions, objects: readonly Obj[]): ApiResponse {
  const { match } = selectionOf(scope, options.selectors, '', scope.request.info.name);
  const selected = (objects as readonly DeepReadonly<Obj>[]).filter((object) => {
    const tested = testedOf(scope.definition, object);
    return (match.name === undefined || tested.name === match.name) && (match.test?.(tested) ?? true);
  });
  return listAnswer(scope, answer, selected, {});
}

function listAnswer(scope: Scope, answer: Answer, objects: readonly DeepReadonly<Obj>[], meta: ListMetaPart): ApiResponse {
  const { version, request } = scope;
  const whole = { kind: version.listKind, apiVersion: apiVersionOf(version.gvk), metadata: listMetadata(scope, meta), items: objects } as unknown as Obj;
  if (request.accepts === 'objects') return { status: 200, headers: {}, body: { kind: 'object', object: whole } };
  if (!answer.as) return encoded(listItems(scope, whole, objects), answer, scope);
  return encoded(convertedList(scope, answer.as, objects, meta), answer, scope);
}

/** Items of built-in lists carry no kind and apiVersion. */
function listItems(scope: Scope, whole: Obj, objects: readonly DeepReadonly<Obj>[]): Obj {
  if (scope.definition.validates === 'requested') return whole;
  return { ...whole, items: objects.map(withoutTypeMeta) } as Obj;
}

function withoutTypeMeta(object: DeepReadonly<Obj>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== 'kind' && name !== 'apiVersion'));
}

function convertedList(scope: Scope, as: NonNullable<Answer['as']>, objects: readonly DeepReadonly<Obj>[], meta: ListMetaPart): Obj {
  if (as.kind === 'Table') return tableOf(scope.version.columns, objects, meta, { ...tableOptions(scope.request, as.version), without: scope.version.internalAnnotations }, scope.ctx.clock.now());
  if (as.kind === 'PartialObjectMetadata') throw newNotAcceptable(`you requested PartialObjectMetadata, but the requested object is a list (*${goType(scope, scope.version.listKind)})`);
  const items = objects.length === 0 ? null : objects.map((o) => partialMetadata(o, as.version, scope.version.internalAnnotations));
  return { kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${as.version}`, metadata: meta, items } as unknown as Obj;
}

function encoded(object: Obj, answer: Answer, scope: Scope): ApiResponse {
  const { bytes, contentType } = encodeObject(object, answer, scope.version);
  return { status: 200, headers: { 'Content-Type': contentType }, body: { kind: 'bytes', bytes } };
}


async function* asynchronous(chunks: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(chunk);
}
