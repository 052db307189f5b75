/**
 * The values that this client is writing, or has written and not heard of: the events of its own writes carry the very bytes that it wrote, not copies of what was received. Neighbours: etcd-storage.ts, which writes, and etcd-watch.ts.
 */
import type { Revision } from '../interface.ts';

/** Of writes that no watch tells. */
const MOST = 256;

export class OwnValues {
  /** The newest of each key. */
  readonly #writing = new Map<string, Uint8Array>();
  readonly #written = new Map<Revision, Uint8Array>();
  #told: Revision = 0;
  #watches = 0;

  /** A watch begins, or ends. */
  watched(by: 1 | -1): void {
    this.#watches += by;
    if (this.#watches === 0) this.#written.clear();
  }

  begin(key: string, value: Uint8Array): void {
    if (this.#watches > 0) this.#writing.set(key, value);
  }

  /** The write has ended: at a revision, if it committed. */
  end(key: string, value: Uint8Array, revision?: Revision): void {
    if (this.#writing.get(key) === value) this.#writing.delete(key);
    if (revision === undefined || revision <= this.#told || this.#watches === 0) return;
    this.#written.set(revision, value);
    if (this.#written.size <= MOST) return;
    for (const oldest of this.#written.keys()) return void this.#written.delete(oldest);
  }

  /** A watch tells the write at this revision; what it gives equals `received`, whose bytes hold during the call alone. */
  of(key: string, revision: Revision, received: Uint8Array): Uint8Array {
    this.#told = Math.max(this.#told, revision);
    const written = this.#written.get(revision);
    if (written) {
      this.#written.delete(revision);
      return written;
    }
    const writing = this.#writing.get(key);
    return writing && Buffer.compare(writing, received) === 0 ? writing : new Uint8Array(received);
  }
}
