import { describe, expect, it } from '@jest/globals';
import { endingWith, isFeed, itemsOf, type Feed } from './feed.ts';

/** A feed that is fed by hand. */
class HandFeed implements Feed<string> {
  readonly items: string[] = [];
  ended = false;
  closed = 0;
  failure: Error | undefined;
  #ready = (): void => undefined;

  read(): string | undefined {
    const item = this.items.shift();
    if (item !== undefined || !this.failure) return item;
    const { failure } = this;
    this.failure = undefined;
    this.ended = true;
    throw failure;
  }

  get isOver(): boolean {
    return this.ended && this.items.length === 0;
  }

  listen(ready: () => void): void {
    this.#ready = ready;
  }

  close(): void {
    this.closed++;
  }

  wake(): void {
    this.#ready();
  }

  [Symbol.asyncIterator](): AsyncGenerator<string, void> {
    return itemsOf(this);
  }
}

describe('itemsOf', () => {
  it('gives what is there and what comes, until the feed is over', async () => {
    const feed = new HandFeed();
    feed.items.push('a', 'b');
    const items = itemsOf(feed);
    expect([(await items.next()).value, (await items.next()).value]).toEqual(['a', 'b']);
    const third = items.next();
    feed.items.push('c');
    feed.wake();
    expect((await third).value).toBe('c');
    const end = items.next();
    feed.ended = true;
    feed.wake();
    expect([(await end).done, feed.closed]).toEqual([true, 1]);
  });

  it('closes the feed when the reader leaves', async () => {
    const feed = new HandFeed();
    feed.items.push('a', 'b');
    for await (const item of feed) if (item === 'a') break;
    expect([feed.closed, feed.items]).toEqual([1, ['b']]);
  });
});

describe('endingWith', () => {
  const counted = (): { readonly count: () => void; readonly of: () => number } => {
    let n = 0;
    return { count: () => void n++, of: () => n };
  };

  it('tells once that a feed is over, which stays a feed', () => {
    const ends = counted();
    const feed = new HandFeed();
    const ending = endingWith(feed, ends.count);
    if (!isFeed(ending)) throw new Error('it is no feed any more');
    feed.items.push('a');
    feed.ended = true;
    expect([ending.read(), ends.of(), ending.read(), ends.of(), ending.isOver]).toEqual(['a', 0, undefined, 1, true]);
    ending.close();
    expect([ends.of(), feed.closed]).toEqual([1, 1]);
  });

  it('tells of a feed that breaks off, and of one that is left', () => {
    const ends = counted();
    const broken = new HandFeed();
    broken.failure = new Error('broken');
    const ending = endingWith(broken, ends.count) as Feed<string>;
    expect(() => ending.read()).toThrow('broken');
    (endingWith(new HandFeed(), ends.count) as Feed<string>).close();
    expect(ends.of()).toBe(2);
  });

  it('leaves a feed as it is that tells its end by itself', () => {
    class Telling extends HandFeed {
      readonly listeners: (() => void)[] = [];

      whenEnded(ended: () => void): void {
        this.listeners.push(ended);
      }
    }
    const ends = counted();
    const feed = new Telling();
    expect(endingWith(feed, ends.count)).toBe(feed);
    expect([feed.listeners, ends.of()]).toEqual([[ends.count], 0]);
  });

  it('tells that a list was read to its end', async () => {
    const ends = counted();
    const read: string[] = [];
    for await (const item of endingWith(['a', 'b'], ends.count)) read.push(`${item}${ends.of()}`);
    expect([read, ends.of()]).toEqual([['a0', 'b0'], 1]);
  });
});
