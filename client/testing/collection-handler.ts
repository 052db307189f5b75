/** A server of collections for tests of this folder and of those above: a real Handler behind the real in-process transport, with revisions, watches and conflicts, without validation. */
import { newAlreadyExists, newConflict, newNotFound, newResourceExpired, StatusError, MODIFIED } from '../../apimachinery/errors.ts';
import type { ApiResponse, Handler, Received, WatchEvent } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';

interface Watcher {
  readonly collection: string;
  readonly namespace: string | undefined;
  push(event: WatchEvent | undefined): void;
}

interface Target {
  readonly group: string;
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const PATH = /^\/(?:api\/(v1)|apis\/([^/]+)\/([^/]+))(?:\/namespaces\/([^/]+)(?=\/))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;

function parse(path: string): Target {
  const match = PATH.exec(path);
  if (!match) throw new StatusError(404, 'NotFound', 'the server could not find the requested resource');
  return { group: match[2] ?? '', collection: match[5] ?? '', namespace: match[4], name: match[6], subresource: match[7] };
}

const freeze = (obj: Obj): Obj => {
  for (const value of Object.values(obj)) if (value !== null && typeof value === 'object') freeze(value as Obj);
  return Object.freeze(obj);
};

export class CollectionServer {
  /** Every request as `METHOD path`, in order. */
  readonly requests: string[] = [];
  readonly #objects = new Map<string, Obj>();
  readonly #watchers = new Set<Watcher>();
  #revision = 100;
  #compacted = 0;
  /** Answers the next requests instead, while it gives something. */
  refuse: ((request: Received) => StatusError | undefined) | undefined;

  readonly handler: Handler<Received> = async (request) => {
    this.requests.push(`${request.method} ${request.rawPath}`);
    try {
      const refused = this.refuse?.(request);
      if (refused) throw refused;
      return await this.#serve(request);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      return { status: error.code, headers: {}, body: { kind: 'object', object: error.toStatus() as unknown as Obj } };
    }
  };

  /** Revisions up to now are forgotten: watches from them are answered with Expired. */
  compact(): void {
    this.#compacted = this.#revision;
  }

  /** Ends all watches, as a server does from time to time. */
  endWatches(): void {
    for (const watcher of this.#watchers) watcher.push(undefined);
  }

  get watching(): number {
    return this.#watchers.size;
  }

  objects(collection: string): readonly Obj[] {
    return [...this.#objects].filter(([key]) => key.startsWith(`${collection}/`)).map(([, obj]) => obj);
  }

  async #serve(request: Received): Promise<ApiResponse> {
    const target = parse(request.rawPath);
    const query = new URLSearchParams(request.rawQuery);
    if (request.method === 'GET' && target.name !== undefined) return answer(this.#get(target));
    if (request.method === 'GET') return query.get('watch') === 'true' ? this.#watch(target, query, request.signal) : this.#list(target);
    const body = request.body.object as Obj;
    if (request.method === 'POST') return answer(this.#create(target, body), 201);
    if (request.method === 'PUT') return answer(this.#update(target, body));
    if (request.method === 'DELETE') return answer(this.#delete(target));
    return answer(this.#commit(target, 'MODIFIED', mergePatch(this.#get(target), body) as Obj));
  }

  #key({ collection, namespace, name }: Target): string {
    return `${collection}/${namespace ?? ''}/${name ?? ''}`;
  }

  #get(target: Target): Obj {
    const found = this.#objects.get(this.#key(target));
    if (!found) throw newNotFound({ group: target.group, resource: target.collection }, target.name ?? '');
    return found;
  }

  #create(target: Target, body: Obj): Obj {
    const name = body.metadata.name ?? `${body.metadata.generateName}${this.#revision}`;
    const own = { ...target, name };
    if (this.#objects.has(this.#key(own))) throw newAlreadyExists({ group: target.group, resource: target.collection }, name);
    const metadata = { ...body.metadata, name, uid: `uid-${this.#revision + 1}`, creationTimestamp: '2026-01-01T00:00:00Z', generation: 1 };
    return this.#commit(own, 'ADDED', { status: {}, ...body, metadata });
  }

  #update(target: Target, body: Obj): Obj {
    const old = this.#get(target);
    const expected = body.metadata.resourceVersion;
    if (expected !== undefined && expected !== old.metadata.resourceVersion) throw newConflict({ group: target.group, resource: target.collection }, target.name ?? '', MODIFIED);
    return this.#commit(target, 'MODIFIED', target.subresource === 'status' ? { ...old, status: body['status'] } : body);
  }

  #delete(target: Target): Obj {
    const old = this.#get(target);
    this.#commit(target, 'DELETED', old);
    return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' } as unknown as Obj;
  }

  #commit(target: Target, type: 'ADDED' | 'MODIFIED' | 'DELETED', obj: Obj): Obj {
    const resourceVersion = String(++this.#revision);
    const object = freeze(structuredClone({ ...obj, metadata: { ...obj.metadata, resourceVersion } }));
    if (type === 'DELETED') this.#objects.delete(this.#key(target));
    else this.#objects.set(this.#key(target), object);
    for (const watcher of this.#watchers) {
      if (watcher.collection === target.collection && (watcher.namespace === undefined || watcher.namespace === target.namespace)) watcher.push({ type, object });
    }
    return object;
  }

  #list(target: Target): ApiResponse {
    const items = this.objects(target.collection).filter((obj) => target.namespace === undefined || obj.metadata.namespace === target.namespace);
    const kind = `${items[0]?.kind ?? 'Object'}List`;
    return answer({ apiVersion: 'v1', kind, metadata: { resourceVersion: String(this.#revision) }, items } as unknown as Obj);
  }

  #watch(target: Target, query: URLSearchParams, signal: AbortSignal): ApiResponse {
    const from = Number(query.get('resourceVersion') ?? 0);
    if (from < this.#compacted) throw newResourceExpired(`too old resource version: ${from} (${this.#compacted})`);
    const late = this.objects(target.collection).filter((obj) => Number(obj.metadata.resourceVersion) > from).map((object) => ({ type: 'ADDED', object }) as const);
    return { status: 200, headers: {}, body: { kind: 'events', events: this.#stream(target, late, signal) } };
  }

  async *#stream(target: Target, first: readonly WatchEvent[], signal: AbortSignal): AsyncIterable<readonly WatchEvent[]> {
    const queue: (WatchEvent | undefined)[] = [...first];
    let wake: () => void = () => undefined;
    const watcher: Watcher = { collection: target.collection, namespace: target.namespace, push: (event) => (queue.push(event), wake()) };
    this.#watchers.add(watcher);
    signal.addEventListener('abort', () => watcher.push(undefined), { once: true });
    try {
      for (;;) {
        const batch = queue.splice(0);
        const end = batch.indexOf(undefined);
        const events = (end < 0 ? batch : batch.slice(0, end)) as WatchEvent[];
        if (events.length > 0) yield events;
        if (end >= 0) return;
        if (queue.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      }
    } finally {
      this.#watchers.delete(watcher);
    }
  }
}

function answer(object: Obj, status = 200): ApiResponse {
  return { status, headers: {}, body: { kind: 'object', object } };
}

/** JSON merge patch (RFC 7396). */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const merged: Record<string, unknown> = target !== null && typeof target === 'object' && !Array.isArray(target) ? { ...target } : {};
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], value);
  }
  return merged;
}
