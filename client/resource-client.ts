/** The verbs of one collection over a transport. Behaves like upstream client-go typed and dynamic clients. */
import { errorFromStatus } from '../apimachinery/errors.ts';
import { apiVersionOf, keyOf, type ApiObject, type Key, type Obj, type ObjList } from '../apimachinery/meta.ts';
import type { Status } from '../apimachinery/types/meta.gen.ts';
import type { DeepReadonly, Draft } from '../apimachinery/types/type.ts';
import type { Clock } from '../component-base/clock.ts';
import type { ApplyOptions, DeleteOptions, ListOptions, ListResult, Patch, ResourceClient, SubresourceClient, Transport, TransportRequest, WatchEventOf, WatchOptions, WriteOptions } from './interface.ts';
import { collectionPath, objectPath, type ResourceName } from './path.ts';
import { deleteBody, listQuery, watchQuery, writeQuery } from './query.ts';
import { sendChecked } from './requester.ts';

export interface Target extends ResourceName {
  /** Absent for a dynamic client: then the object's own stands. */
  readonly kind?: string;
}

const MEDIA_TYPES = { json: 'application/json-patch+json', merge: 'application/merge-patch+json', strategic: 'application/strategic-merge-patch+json' } as const;
const APPLY_TYPE = 'application/apply-patch+yaml';

type Wire = Omit<TransportRequest, 'signal'> & { readonly signal?: AbortSignal | undefined };

class Sender {
  readonly #transport: Transport;
  readonly #clock: Clock;

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
  }

  send({ signal, ...request }: Wire) {
    return sendChecked(this.#transport, this.#clock, signal === undefined ? request : { ...request, signal });
  }

  async object<T>(request: Wire): Promise<DeepReadonly<T>> {
    return (await (await this.send(request)).object()) as DeepReadonly<T>;
  }

  upgrade(request: TransportRequest, protocols: readonly string[]) {
    return this.#transport.upgrade(request, protocols);
  }
}

const withQuery = (query: URLSearchParams | undefined) => (query === undefined ? {} : { query });

function patchRequest(path: string, patch: Patch, options: WriteOptions | undefined): Wire {
  return { method: 'PATCH', path, ...withQuery(writeQuery(options)), headers: { 'content-type': MEDIA_TYPES[patch.type] }, body: { object: patch.body }, signal: options?.signal };
}

function applyRequest(path: string, obj: unknown, options: ApplyOptions): Wire {
  return { method: 'PATCH', path, ...withQuery(writeQuery(options)), headers: { 'content-type': APPLY_TYPE }, body: { object: obj }, signal: options.signal };
}

function subresourceClient<S>(sender: Sender, target: Target, name: string): SubresourceClient<S> {
  const path = (key: Key): string => objectPath(target, key, name);
  return {
    get: (key) => sender.object<S>({ method: 'GET', path: path(key) }),
    async stream(key, query, signal) {
      return (await sender.send({ method: 'GET', path: path(key), ...withQuery(query), signal })).stream();
    },
    update: (key, obj, options) => sender.object<S>({ method: 'PUT', path: path(key), ...withQuery(writeQuery(options)), body: { object: obj }, signal: options?.signal }),
    patch: (key, patch, options) => sender.object<S>(patchRequest(path(key), patch, options)),
    apply: (key, obj, options) => sender.object<S>(applyRequest(path(key), obj, options)),
    create: <R>(key: Key, obj: unknown, options?: WriteOptions) =>
      sender.object<R>({ method: 'POST', path: path(key), ...withQuery(writeQuery(options)), body: { object: obj }, signal: options?.signal }),
  };
}

/** Items of built-in lists carry neither kind nor apiVersion: give them back. */
function typedItems<T>(list: ObjList): DeepReadonly<T>[] {
  const kind = list.kind.replace(/List$/, '');
  return (list.items ?? []).map((item) => (item.kind === undefined || item.kind === '' ? { ...item, apiVersion: list.apiVersion, kind } : item) as DeepReadonly<T>);
}

function toListResult<T>(list: ObjList): ListResult<T> {
  const { continue: next, remainingItemCount } = list.metadata;
  return {
    items: typedItems<T>(list),
    resourceVersion: list.metadata.resourceVersion ?? '',
    ...(next !== undefined && next !== '' && { continue: next }),
    ...(remainingItemCount !== undefined && { remainingItemCount: Number(remainingItemCount) }),
  };
}

/** Passes batches on; an ERROR event ends them as an exception. */
async function* checkedEvents<T>(events: AsyncIterable<readonly WatchEventOf<Obj>[]>): AsyncIterable<readonly WatchEventOf<T>[]> {
  for await (const batch of events) {
    const failed = batch.findIndex((event) => event.type === 'ERROR');
    if (failed < 0) {
      yield batch as readonly WatchEventOf<unknown>[] as readonly WatchEventOf<T>[];
      continue;
    }
    if (failed > 0) yield batch.slice(0, failed) as readonly WatchEventOf<unknown>[] as readonly WatchEventOf<T>[];
    throw errorFromStatus(batch[failed]?.object as unknown as Partial<Status>, 500);
  }
}

export function newResourceClient<T extends ApiObject>(transport: Transport, clock: Clock, target: Target): ResourceClient<T> {
  const sender = new Sender(transport, clock);
  const typed = (obj: Draft<T>): Obj => ({ ...(target.kind !== undefined && { apiVersion: apiVersionOf(target), kind: target.kind }), ...(obj as object) }) as Obj;
  const own = (obj: Draft<T>): string => objectPath(target, keyOf(obj as unknown as Obj));
  const write = (method: string, path: string, obj: Draft<T>, options?: WriteOptions) =>
    sender.object<T>({ method, path, ...withQuery(writeQuery(options)), body: { object: typed(obj) }, signal: options?.signal });
  const remove = (path: string, query: URLSearchParams | undefined, options: DeleteOptions | undefined) => {
    const body = deleteBody(options);
    return sender.object<T | Status>({ method: 'DELETE', path, ...withQuery(query), ...(body && { body: { object: body } }), signal: options?.signal });
  };
  return {
    get: (key, options) => sender.object<T>({ method: 'GET', path: objectPath(target, key), ...withQuery(options?.resourceVersion === undefined ? undefined : new URLSearchParams({ resourceVersion: options.resourceVersion })), signal: options?.signal }),
    async list(options: ListOptions = {}) {
      return toListResult<T>((await sender.object<ObjList>({ method: 'GET', path: collectionPath(target, options.namespace), ...withQuery(listQuery(options)), signal: options.signal })) as ObjList);
    },
    async *watch(options: WatchOptions = {}) {
      const response = await sender.send({ method: 'GET', path: collectionPath(target, options.namespace), query: watchQuery(options), signal: options.signal });
      yield* checkedEvents<T>(response.events());
      options.signal?.throwIfAborted();
    },
    create: (obj, options) => write('POST', collectionPath(target, (obj as unknown as Obj).metadata.namespace), obj, options),
    update: (obj, options) => write('PUT', own(obj), obj, options),
    patch: (key, patch, options) => sender.object<T>(patchRequest(objectPath(target, key), patch, options)),
    apply: (obj, options) => sender.object<T>(applyRequest(own(obj), typed(obj), options)),
    async delete(key, options) {
      const answer = await remove(objectPath(target, key), undefined, options);
      return (answer as Obj).kind === 'Status' ? undefined : (answer as DeepReadonly<T>);
    },
    async deleteCollection(options) {
      await remove(collectionPath(target, options.namespace), listQuery(options), options);
    },
    subresource: <S>(name: string) => subresourceClient<S>(sender, target, name),
    connect: (key, subresource, query, protocols, signal) => sender.upgrade({ method: 'GET', path: objectPath(target, key, subresource), query, ...(signal && { signal }) }, protocols),
  };
}
