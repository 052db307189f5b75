/** What the history tests drive: a store behind its cacher, in this process. Neighbour: remote.ts, the same in another process. */
import { realClock } from '../../../component-base/clock.ts';
import { newCacherSet } from '../../cacher/cacher-set.ts';
import type { CachedEvent, CachedRecord, Cacher, CacherSet, Match } from '../../cacher/interface.ts';
import { bytesOf, keyOf, podSpec, projectionOf } from '../../cacher/testing.ts';
import { isStorageError } from '../../errors.ts';
import type { Storage, StoredValue } from '../../interface.ts';
import type { Result, Standing } from './linearizability.ts';
import type { Change, Content, Selector, Told } from './watch-model.ts';

export interface Listed {
  readonly revision: number;
  readonly items: readonly { readonly key: string; readonly revision: number; readonly data: string }[];
}

export interface WatchCall {
  readonly selector: Selector;
  readonly from: number | 'state';
  readonly signal: AbortSignal;
  onTold(told: readonly Told[]): void;
}

/** Every method may reject with a StorageError, or with an error of code `Lost` when the process is gone. */
export interface HistoryServer {
  write(id: Pick<Content, 'namespace' | 'name'>, expected: number, content: Content | undefined): Promise<Result>;
  /** A consistent read: from the cache once it shows the newest revision, or from the store. */
  read(key: string, from: 'cache' | 'store'): Promise<Standing | undefined>;
  /** A consistent list from the cache; at an older revision when given. */
  list(selector: Selector, at?: number): Promise<Listed>;
  /** Resolves when the watch has ended: with the code of its error, if there was one. */
  watch(call: WatchCall): Promise<string | undefined>;
  /** Everything that the store tells after a revision, up to now. */
  changes(after: number): Promise<readonly Change[]>;
  compact(upTo: number): Promise<void>;
  close(): Promise<void>;
}

export { keyOf };

/** Small enough for every path to be taken: the past from the store, watchers that are too slow. */
const LIMITS = {
  window: { ageMs: 20, atLeast: 5, atMost: 30, bytes: 1 << 20 },
  watcher: { pendingEvents: 40, pendingBytes: 1 << 20, stateBatch: { events: 3, bytes: 1 << 20 } },
  bookmarkMs: 10,
};

export async function serve(storage: Storage): Promise<HistoryServer> {
  const set = newCacherSet({ storage, clock: realClock, panics: true, ...LIMITS });
  const pods = set.register(podSpec);
  await pods.synced;
  return new CachedServer(storage, set, pods);
}

class CachedServer implements HistoryServer {
  readonly #storage: Storage;
  readonly #set: CacherSet;
  readonly #pods: Cacher;

  constructor(storage: Storage, set: CacherSet, pods: Cacher) {
    this.#storage = storage;
    this.#set = set;
    this.#pods = pods;
  }

  async write(id: Pick<Content, 'namespace' | 'name'>, expected: number, content: Content | undefined): Promise<Result> {
    const key = keyOf(id);
    const value = content && bytesOf(content);
    const result = value
      ? await this.#pods.put({ key, value, projection: projectionOf(value), expected })
      : await this.#pods.delete(key, expected);
    if (!result.committed) return result.current ? { kind: 'conflict', current: standing(result.current) } : { kind: 'conflict' };
    return { kind: 'committed', revision: 'record' in result ? result.record.revision : result.revision };
  }

  async read(key: string, from: 'cache' | 'store'): Promise<Standing | undefined> {
    if (from === 'store') {
      const stored = await this.#storage.get(key);
      return stored && { revision: stored.revision, value: contentOf(stored.value).data };
    }
    await this.#set.fresh();
    const record = this.#pods.get(key);
    return record && standing(record);
  }

  async list(selector: Selector, at?: number): Promise<Listed> {
    await this.#set.fresh();
    const request = { match: matchOf(selector) };
    const { revision, items } = at === undefined ? this.#pods.list(request) : await this.#pods.listAt(at, request);
    return { revision, items: items.map((record) => ({ key: record.key, revision: record.revision, data: standing(record).value })) };
  }

  async watch({ selector, from, signal, onTold }: WatchCall): Promise<string | undefined> {
    try {
      const options = from === 'state' ? { initialEventsEnd: true } : {};
      for await (const batch of this.#pods.watch({ match: matchOf(selector), from, signal, bookmarks: true, ...options })) onTold(batch.map(toldOf));
      return undefined;
    } catch (error) {
      if (isStorageError(error)) return error.code;
      throw error;
    }
  }

  async changes(after: number): Promise<readonly Change[]> {
    const newest = await this.#storage.currentRevision();
    const done = new AbortController();
    const watch = this.#storage.watch(podSpec.range, after, done.signal);
    watch.requestProgress();
    const changes: Change[] = [];
    for await (const { events, upTo } of watch) {
      for (const { key, revision, value, previous } of events)
        changes.push({ key, revision, ...(previous && { before: contentOf(previous.value) }), ...(value && { after: contentOf(value) }) });
      if (upTo >= newest) break;
    }
    done.abort();
    return changes;
  }

  compact(upTo: number): Promise<void> {
    return this.#storage.compact(upTo);
  }

  async close(): Promise<void> {
    await this.#set.close();
    await this.#storage.close();
  }
}

function matchOf({ namespace, name, node, app }: Selector): Match {
  return {
    ...(namespace !== undefined && { namespace }),
    ...(name !== undefined && { name }),
    ...(node !== undefined && { index: { name: 'spec.nodeName', value: node } }),
    ...(app !== undefined && { test: ({ labels }) => labels['app'] === app }),
  };
}

function contentOf(value: StoredValue['value']): Content {
  const { metadata, spec } = JSON.parse(new TextDecoder().decode(value)) as {
    metadata: { namespace: string; name: string; labels: Record<string, string> };
    spec: { node: string; data: string };
  };
  return { ...metadata, ...spec };
}

const standing = (record: CachedRecord): Standing => ({ revision: record.revision, value: contentOf(record.bytes).data });

function toldOf(event: CachedEvent): Told {
  if (event.type === 'BOOKMARK') return { type: 'BOOKMARK', revision: event.revision, initialEventsEnd: event.initialEventsEnd };
  const { record, revision, type } = event;
  return { type, key: record.key, revision, data: standing(record).value };
}
