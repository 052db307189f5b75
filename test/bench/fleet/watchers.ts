/** One watch a node, as its kubelet keeps it. Bytes are counted; of what they say only the time of sending is looked at. */
import type { ClientHttp2Stream } from 'node:http2';
import { MARK, watchPath } from './objects.ts';
import type { Wire } from './wire.ts';

const mark = Buffer.from(MARK);
const END = 0x3b;
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';
/** No longer than a mark with its time may be cut in two by chunks. */
const KEPT = 40;

export interface Told {
  /** `lateness` in ms; the time of sending is kept by the driver and says which patch it was. */
  event(lateness: number): void;
}

export class Watchers {
  readonly #wire: Wire;
  readonly #told: Told;
  readonly #now: () => number;
  readonly #streams = new Set<ClientHttp2Stream>();
  #isOver = false;
  bytes = 0;
  /** Watches that the server ended. */
  ended = 0;
  opened = 0;

  constructor(wire: Wire, now: () => number, told: Told) {
    this.#wire = wire;
    this.#now = now;
    this.#told = told;
  }

  /** Resolves when the node's pods have been told. */
  open(node: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const stream = this.#wire.stream(watchPath(node));
      this.#streams.add(stream);
      const read = this.#reader(() => {
        this.opened++;
        resolve();
      });
      stream.on('response', (headers) => Number(headers[':status']) === 200 || reject(new Error(`watch of node ${node}: ${headers[':status']}`)));
      stream.on('data', read);
      stream.on('error', () => undefined);
      stream.on('close', () => {
        this.#streams.delete(stream);
        if (this.#isOver) return;
        this.ended++;
        this.open(node).then(resolve, reject);
      });
    });
  }

  close(): void {
    this.#isOver = true;
    for (const stream of this.#streams) stream.close();
  }

  #reader(onInitial: () => void): (chunk: Buffer) => void {
    let tail: Buffer = Buffer.alloc(0);
    let isInitial = true;
    return (chunk) => {
      this.bytes += chunk.length;
      const data = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
      if (isInitial && data.includes(INITIAL_EVENTS_END)) {
        isInitial = false;
        onInitial();
      }
      tail = this.#marksIn(data, isInitial);
    };
  }

  /** Returns what belongs to the next chunk. */
  #marksIn(data: Buffer, isInitial: boolean): Buffer {
    let at = 0;
    for (let found = data.indexOf(mark); found >= 0; found = data.indexOf(mark, at)) {
      const end = data.indexOf(END, found);
      if (end < 0) return data.subarray(found);
      if (!isInitial) this.#told.event(this.#now() - Number(data.toString('latin1', found + mark.length, end)));
      at = end + 1;
    }
    return data.subarray(Math.max(at, data.length - KEPT));
  }
}
