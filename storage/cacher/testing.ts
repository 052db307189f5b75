/** A resource for the cacher's tests: JSON objects with labels and one indexed field. */
import type { Obj } from '../../apimachinery/meta.ts';
import { FakeClock } from '../../component-base/clock.ts';
import type { Revision, Storage } from '../interface.ts';
import { MemoryStorage } from '../memory/memory-storage.ts';
import { type CacherSetOptions, newCacherSet } from './cacher-set.ts';
import type { CachedEvent, CachedRecord, Cacher, CacherSet, CacheSpec, Match, Projection, WatchRequest } from './interface.ts';

const encoder = new TextEncoder();
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

export interface TestObject {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly node?: string;
  readonly data?: string;
}

export function bytesOf({ name, namespace, labels, node, data }: TestObject): Uint8Array {
  return encoder.encode(
    JSON.stringify({ kind: 'Pod', apiVersion: 'v1', metadata: { name, namespace, uid: `uid-${name}`, labels }, spec: { node, data } }),
  );
}

export function projectionOf(value: Uint8Array): Projection {
  const text = textOf(value);
  const object = JSON.parse(text) as Obj & { spec: { node?: string } };
  const { name } = object.metadata;
  const { namespace = '', labels = {} } = object.metadata as { namespace?: string; labels?: Record<string, string> };
  const fields = { 'metadata.name': name, 'metadata.namespace': namespace, 'spec.nodeName': object.spec.node ?? '' };
  return {
    bytes: value,
    revisionAt: text.indexOf('"metadata":{') + '"metadata":{'.length,
    itemStart: text.indexOf('"metadata"'),
    tested: { namespace, name, labels, fields, ownerUids: [] },
    object,
  };
}

export const podSpec: CacheSpec = {
  storedAs: 'pods',
  range: { prefix: '/registry/pods/' },
  indexes: { 'spec.nodeName': (tested) => [tested.fields['spec.nodeName'] ?? ''] },
  project: ({ value }) => projectionOf(value),
  parse: (bytes) => JSON.parse(textOf(bytes)) as Obj,
};

export const keyOf = ({ namespace, name }: TestObject): string => `/registry/pods/${namespace ? `${namespace}/` : ''}${name}`;

/** `default/web@7`, one record. */
export const idOf = (record: CachedRecord): string =>
  `${record.tested.namespace ? `${record.tested.namespace}/` : ''}${record.tested.name}@${record.revision}`;

/** `ADDED default/web@7`, `BOOKMARK 9`, one event. */
export function lineOf(event: CachedEvent): string {
  if (event.type !== 'BOOKMARK') return `${event.type} ${idOf(event.record)}`;
  return `BOOKMARK ${event.revision}${event.initialEventsEnd ? ' initial-events-end' : ''}`;
}

export class TestWatch {
  readonly events: CachedEvent[] = [];
  readonly abort = new AbortController();
  readonly requestBookmark: () => void;
  readonly #batches: AsyncIterator<readonly CachedEvent[]>;

  constructor(cacher: Cacher, from: WatchRequest['from'], match: Match = {}, options: Partial<WatchRequest> = {}) {
    const watch = cacher.watch({ from, match, signal: this.abort.signal, ...options });
    this.requestBookmark = () => watch.requestBookmark();
    this.#batches = watch[Symbol.asyncIterator]();
  }

  get lines(): string[] {
    return this.events.map(lineOf);
  }

  /** The batch as lines; undefined: the watch has ended. */
  async next(): Promise<string[] | undefined> {
    const { done, value } = await this.#batches.next();
    if (done) return undefined;
    this.events.push(...value);
    return value.map(lineOf);
  }

  async count(n: number): Promise<string[]> {
    while (this.events.length < n) if (!(await this.next())) throw new Error('the watch ended early');
    return this.lines;
  }
}

export interface Fixture {
  readonly clock: FakeClock;
  readonly storage: Storage;
  readonly set: CacherSet;
  readonly pods: Cacher;
  /** Writes through the cacher and waits until the cache shows it. */
  put(object: TestObject, expected?: Revision): Promise<CachedRecord>;
  delete(key: string): Promise<Revision>;
}

export async function newFixture(options: Partial<CacherSetOptions> = {}, spec: CacheSpec = podSpec): Promise<Fixture> {
  const clock = new FakeClock();
  const storage = options.storage ?? new MemoryStorage({ clock });
  const set = newCacherSet({ clock, panics: true, ...options, storage });
  const pods = set.register(spec);
  await pods.synced;
  return {
    clock,
    storage,
    set,
    pods,
    async put(object, expected) {
      const key = keyOf(object);
      const value = bytesOf(object);
      const result = await pods.put({ key, value, projection: projectionOf(value), expected: expected ?? pods.get(key)?.revision ?? 0 });
      if (!result.committed) throw new Error(`${key} lost`);
      await set.waitFor(result.record.revision);
      return result.record;
    },
    async delete(key) {
      const result = await pods.delete(key, pods.get(key)?.revision ?? 0);
      if (!result.committed) throw new Error(`${key} lost`);
      await set.waitFor(result.revision);
      return result.revision;
    },
  };
}
