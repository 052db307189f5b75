/** What arrives by and by and is read without a promise for each piece: watches on their way from the cache to sockets (storage/cacher, api). */

/** Has one reader, who either polls it (`listen`, `read`) or iterates. */
export interface Feed<T> extends AsyncIterable<T> {
  /** What has arrived; undefined: nothing now. Throws, once, what broke the feed off. */
  read(): T | undefined;
  /** Everything was read and nothing comes any more. */
  readonly isOver: boolean;
  /** `ready` is called whenever something may have arrived or the feed may be over: never inside `read`, and once for what comes in one turn. */
  listen(ready: () => void): void;
  /** The reader leaves: the source lets go. Idempotent. */
  close(): void;
  /** Calls `ended` once, when it is over, broken off or left. Absent: an EndingFeed around it does. */
  whenEnded?(ended: () => void): void;
}

export function isFeed<T>(items: Iterable<T> | AsyncIterable<T> | Feed<T>): items is Feed<T> {
  return 'read' in items && 'listen' in items;
}

/** Iterates a feed, which is closed when the reader leaves. */
export async function* itemsOf<T>(feed: Feed<T>): AsyncGenerator<T, void> {
  let wake = (): void => undefined;
  feed.listen(() => wake());
  try {
    while (!feed.isOver) {
      const item = feed.read();
      if (item !== undefined) yield item;
      else if (!feed.isOver) await new Promise<void>((resolve) => (wake = resolve));
    }
  } finally {
    feed.close();
  }
}

/** The same feed; `ended` is called once, when it is over, broken off or left. */
export class EndingFeed<T> implements Feed<T> {
  readonly #feed: Feed<T>;
  readonly #ended: () => void;
  #hasEnded = false;

  constructor(feed: Feed<T>, ended: () => void) {
    this.#feed = feed;
    this.#ended = ended;
  }

  read(): T | undefined {
    try {
      const item = this.#feed.read();
      if (item === undefined && this.#feed.isOver) this.#end();
      return item;
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  get isOver(): boolean {
    return this.#feed.isOver;
  }

  listen(ready: () => void): void {
    this.#feed.listen(ready);
  }

  close(): void {
    this.#feed.close();
    this.#end();
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void> {
    return itemsOf(this);
  }

  #end(): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#ended();
  }
}

async function* endingGenerator<T>(items: AsyncIterable<T> | Iterable<T>, ended: () => void): AsyncGenerator<T, void> {
  try {
    yield* items;
  } finally {
    ended();
  }
}

/** The same items; `ended` is called once, when they are over, broken off or left. A feed stays one. */
export function endingWith<T>(items: AsyncIterable<T> | Iterable<T> | Feed<T>, ended: () => void): AsyncIterable<T> | Feed<T> {
  if (!isFeed(items)) return endingGenerator(items, ended);
  if (!items.whenEnded) return new EndingFeed(items, ended);
  items.whenEnded(ended);
  return items;
}
