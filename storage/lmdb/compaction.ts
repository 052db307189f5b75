/** Removes what compaction makes obsolete, in small steps between the writes; continued after a restart. */
import type { StorageError } from '../errors.ts';
import type { Revision } from '../interface.ts';
import type { DataFile, Meta } from './data-file.ts';
import type { GroupCommit } from './group-commit.ts';
import { decodeHeader } from './records.ts';

/** How many headers one step visits: a step must not delay the write beside it much. */
const STEP = 500;

export class Compaction {
  readonly #file: DataFile;
  readonly #commits: GroupCommit;
  #meta: Meta;
  #sweeping: Promise<void> | undefined;
  #stopped = false;

  constructor(file: DataFile, commits: GroupCommit) {
    this.#file = file;
    this.#commits = commits;
    this.#meta = file.readMeta();
  }

  get compacted(): Revision {
    return this.#meta.compacted;
  }

  /** Resolves when the new bound is on the disk; `onBound` runs at that moment. Space is given back afterwards. */
  async advance(upTo: Revision, onBound: () => void): Promise<void> {
    await this.#commit(1, () => {
      this.#meta = { ...this.#meta, compacted: Math.max(upTo, this.#meta.compacted) };
      this.#file.writeMeta(this.#meta);
    }, onBound);
  }

  /** Removes what is obsolete; resolves when nothing is, or when stopped. Rejects as a write does. */
  sweep(): Promise<void> {
    this.#sweeping ??= this.#steps().finally(() => (this.#sweeping = undefined));
    return this.#sweeping;
  }

  /** Resolves when nothing is being removed any more; whether that failed is told to who called `sweep`. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled([this.#sweeping]);
  }

  async #steps(): Promise<void> {
    while (!this.#stopped && this.#meta.swept < this.#meta.compacted) await this.#step();
  }

  #step(): Promise<void> {
    const { swept, compacted } = this.#meta;
    const obsolete: { revision: Revision; isDelete: boolean }[] = [];
    let reached = swept;
    let visited = 0;
    for (const { key: revision, value } of this.#file.headers.getRange({ start: swept + 1, end: compacted + 1, limit: STEP })) {
      const header = decodeHeader(revision, value);
      if (header.isDelete) obsolete.push({ revision, isDelete: true });
      if (header.previous > 0) obsolete.push({ revision: header.previous, isDelete: false });
      reached = revision;
      visited++;
    }
    const meta = { ...this.#meta, swept: visited < STEP ? compacted : reached };
    return this.#commit(2 * obsolete.length, () => {
      for (const { revision, isDelete } of obsolete) {
        void this.#file.headers.remove(revision);
        if (!isDelete) void this.#file.values.remove(revision);
      }
      this.#meta = { ...this.#meta, swept: meta.swept };
      this.#file.writeMeta(this.#meta);
    });
  }

  #commit(records: number, write: () => void, onCommitted?: () => void): Promise<void> {
    const before = this.#meta;
    return new Promise((resolve, reject) => {
      const committed = (): void => {
        onCommitted?.();
        resolve();
      };
      const failed = (error: StorageError): void => {
        this.#meta = before;
        reject(error);
      };
      this.#commits.add({ need: { bytes: 0, records }, write, committed, failed });
    });
  }
}
