import { Writable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { pump } from './pump.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A peer that takes a piece when it is told to. */
class SlowPeer extends Writable {
  text = '';
  #take: (() => void) | undefined;
  #arrived = (): void => undefined;

  constructor(highWaterMark = 1) {
    super({ highWaterMark });
  }

  override _write(chunk: Uint8Array, _: string, done: () => void): void {
    this.text += new TextDecoder().decode(chunk);
    this.#take = done;
    this.#arrived();
  }

  async arrival(): Promise<void> {
    if (!this.#take) await new Promise<void>((resolve) => (this.#arrived = resolve));
  }

  take(): void {
    const take = this.#take;
    this.#take = undefined;
    take?.();
  }
}

describe('pump', () => {
  it.each([
    {
      name: 'an iterable',
      source: function* (texts: readonly string[], asked: string[]): Generator<Uint8Array> {
        for (const text of texts) {
          asked.push(text);
          yield bytes(text);
        }
      },
    },
    {
      name: 'an async iterable',
      source: async function* (texts: readonly string[], asked: string[]): AsyncGenerator<Uint8Array> {
        for (const text of texts) {
          asked.push(text);
          yield await Promise.resolve(bytes(text));
        }
      },
    },
  ])('writes $name as fast as the peer takes it', async ({ source }) => {
    const peer = new SlowPeer();
    const asked: string[] = [];
    const done = pump(source(['a', 'b'], asked), peer);
    await peer.arrival();
    expect([peer.text, asked]).toEqual(['a', ['a']]);
    peer.take();
    await peer.arrival();
    peer.take();
    await done;
    expect([peer.text, peer.writableEnded]).toEqual(['ab', true]);
  });

  it('asks for the next piece in the same buffer when the one before was sent', async () => {
    const peer = new SlowPeer(1000);
    const asked: string[] = [];
    const source = {
      *[Symbol.iterator](): Generator<Uint8Array> {},
      *into(buffer: Uint8Array): Generator<Uint8Array, void> {
        for (const text of ['a', 'b']) {
          asked.push(text);
          buffer[0] = text.charCodeAt(0);
          yield buffer.subarray(0, 1);
        }
      },
    };
    const done = pump(source, peer);
    await peer.arrival();
    expect([peer.text, asked]).toEqual(['a', ['a']]);
    peer.take();
    await peer.arrival();
    peer.take();
    await done;
    expect([peer.text, peer.writableEnded]).toEqual(['ab', true]);
  });

  it('ends when the peer goes away', async () => {
    const peer = new SlowPeer();
    const done = pump([bytes('a'), bytes('b')], peer);
    peer.destroy();
    await done;
    expect(peer.text).toBe('a');
  });

  it('fails with what broke the source off', async () => {
    const broken = function* (): Generator<Uint8Array> {
      yield bytes('a');
      throw new Error('broken');
    };
    const peer = new SlowPeer();
    const done = pump(broken(), peer);
    const failed = expect(done).rejects.toThrow('broken');
    peer.take();
    await failed;
    expect(peer.writableEnded).toBe(false);
  });
});
