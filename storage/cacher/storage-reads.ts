/** What the cache reads from the store itself: everything at the start, and what is older than its memory. */
import { StorageError } from '../errors.ts';
import type { Revision, Storage, StorageEvent } from '../interface.ts';
import type { Budget } from './budget.ts';
import { Change } from './change.ts';
import { allOf, type Decoder, orThrow } from './decoder.ts';
import type { CachedPage, CachedRecord, CacheSpec, ListRequest } from './interface.ts';
import { compileMatch, prefixOf } from './match.ts';
import type { Broken, Held } from './record.ts';
import { nextTurn } from '../../component-base/turn.ts';

const PAGE = 1000;

/** Every object of the resource at one revision. */
export async function listAll(
  storage: Storage,
  spec: CacheSpec,
  decoder: Decoder,
): Promise<{ revision: Revision; items: (Held | Broken)[] }> {
  let page = await storage.list(spec.range, { limit: PAGE });
  const { revision } = page;
  const items: (Held | Broken)[] = [];
  for (;;) {
    items.push(...(await allOf(page.items.map((stored) => decoder.decode(stored)))));
    const after = page.items.at(-1)?.key;
    if (!page.more || after === undefined) return { revision, items };
    await nextTurn();
    page = await storage.list(spec.range, { limit: PAGE, after, at: revision });
  }
}

export async function listFromStorage(
  storage: Storage,
  spec: CacheSpec,
  decoder: Decoder,
  at: Revision,
  request: ListRequest,
): Promise<CachedPage> {
  const { match, limit = Number.POSITIVE_INFINITY } = request;
  const matches = compileMatch(spec, match);
  const isCountable = !match.test && !match.index && match.name === undefined;
  const items: CachedRecord[] = [];
  let count: number | undefined;
  for (let after = request.after; ;) {
    const page = await storage.list({ prefix: prefixOf(spec, match) }, { at, limit: PAGE, ...(after !== undefined && { after }) });
    count ??= page.count;
    for (const held of await allOf(page.items.map((stored) => decoder.decode(stored)))) {
      const record = orThrow(held);
      if (!matches(record.tested)) continue;
      if (items.length >= limit) return { items, revision: at, more: true, ...(isCountable && { remaining: count - items.length }) };
      items.push(record);
    }
    after = page.items.at(-1)?.key;
    if (!page.more || after === undefined) return { items, revision: at, more: false, remaining: 0 };
  }
}

/** The changes after `from` up to `to`, from the store's own history. Throws Compacted. */
export async function* pastChanges(
  storage: Storage,
  spec: CacheSpec,
  decoder: Decoder,
  frames: Budget,
  { from, to, signal }: { readonly from: Revision; readonly to: Revision; readonly signal: AbortSignal },
): AsyncGenerator<readonly Change[], void> {
  const watch = storage.watch(spec.range, from, signal);
  watch.requestProgress();
  for await (const batch of watch) {
    const events = batch.events.filter((event) => event.revision <= to);
    const changes = await Promise.all(events.map((event) => pastChange(event, decoder, frames)));
    if (changes.length > 0) yield changes;
    if (batch.upTo >= to) return;
  }
  if (!signal.aborted) throw new StorageError('Unavailable', `the history of ${spec.storedAs} could not be read to its end`);
}

async function pastChange(event: StorageEvent, decoder: Decoder, frames: Budget): Promise<Change> {
  const { key, revision, previous } = event;
  const now = await decoder.decodePast(event);
  return new Change(key, revision, now, previous && (await decoder.decode(previous)), frames);
}
