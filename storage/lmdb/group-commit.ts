/** Writes that arrive while an earlier group is being flushed are flushed together. */
import { describeError, type Log } from '../../component-base/log.ts';
import { StorageError } from '../errors.ts';
import type { DataFile } from './data-file.ts';
import { Reserve, type Need } from './reserve.ts';
import { Room } from './room.ts';

export interface Operation {
  readonly need: Need;
  /** Issues the changes; called inside a batch. What is encoded for it may lie in `room`. */
  write(room: Room): void;
  /** The group is on the disk. Called for all operations of a group in order and in one turn. */
  committed(): void;
  /** The group is not on the disk, or nobody knows. */
  failed(error: StorageError): void;
}

export class GroupCommit {
  readonly #file: DataFile;
  readonly #log: Log;
  readonly #reserve: Reserve;
  readonly #room = new Room();
  readonly #onGroup: () => void;
  #queue: Operation[] = [];
  #flushing: Promise<void> | undefined;
  #failure: StorageError | undefined;
  /** The disk was full at the last group: said once. */
  #wasFull = false;

  /** `onGroup`: a group has been committed or has failed, and its operations know. `log` is told why the store stops. */
  constructor(file: DataFile, log: Log, onGroup: () => void) {
    this.#log = log;
    this.#file = file;
    this.#reserve = new Reserve(file.path, () => file.usage());
    this.#onGroup = onGroup;
  }

  add(operation: Operation): void {
    if (this.#failure) return operation.failed(this.#failure);
    this.#queue.push(operation);
    this.#flushing ??= this.#flush();
  }

  /** Why the store takes no further calls; undefined while it does. */
  get failure(): StorageError | undefined {
    return this.#failure;
  }

  /** Resolves when nothing waits to be flushed; nothing may be added any more. */
  async close(): Promise<void> {
    await this.#flushing;
    this.#reserve.close();
  }

  async #flush(): Promise<void> {
    // The operations of this turn come together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const group = this.#queue;
      this.#queue = [];
      try {
        this.#reserve.take(totalOf(group));
        await this.#file.env.batch(() => {
          for (const operation of group) operation.write(this.#room);
        });
        this.#room.clear();
        this.#wasFull = false;
        for (const operation of group) operation.committed();
      } catch (error) {
        this.#room.abandon();
        await this.#fail(group, error);
      }
      this.#onGroup();
    }
    this.#flushing = undefined;
  }

  /** Whether the file still takes transactions: after a failure at its root it does not. */
  #isUsable(): boolean {
    try {
      this.#file.env.transactionSync(() => undefined);
      return true;
    } catch (error) {
      return error === undefined;
    }
  }

  /** A full disk leaves the store as it was. After any other failure nobody knows what is on the disk: no further write is accepted. */
  async #fail(group: readonly Operation[], error: unknown): Promise<void> {
    const cause = await causeOf(error);
    const isFull = isNoSpace(cause) && this.#isUsable();
    const why = `${this.#file.path} could not be written (${firstLineOf(cause)})`;
    if (!isFull) this.#failure = new StorageError('Unavailable', `${why}: the store takes no further write; ${REMEDY}`, { cause });
    const outcome = isFull
      ? new StorageError('NoSpace', `no space is left on the disk of ${this.#file.path}: make room, then write again`, { cause })
      : new StorageError('UnknownOutcome', `whether the write is on the disk is not known: ${why}; ${REMEDY}`, { cause });
    if (!isFull || !this.#wasFull) this.#log.error(isFull ? 'the disk of the store is full' : 'the store stops', this.#failure ?? outcome);
    this.#wasFull = isFull;
    for (const operation of group) operation.failed(outcome);
    const queued = isFull ? outcome : this.#failure;
    for (const operation of this.#queue.splice(0)) operation.failed(queued ?? outcome);
  }
}

function totalOf(group: readonly Operation[]): Need {
  let [bytes, records] = [0, 0];
  for (const { need } of group) {
    bytes += need.bytes;
    records += need.records;
  }
  return { bytes, records };
}

const REMEDY = 'see that the disk is whole and has room, then start again';

const firstLineOf = (error: unknown): string => describeError(error).split('\n')[0] ?? '';

/** lmdb rejects with an error that carries the promise of the true one. */
async function causeOf(error: unknown): Promise<unknown> {
  const { commitError } = error as { commitError?: Promise<never> };
  if (!commitError) return error;
  return commitError.catch((cause: unknown) => cause);
}

function isNoSpace(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: string };
  return code === 28 || code === 'ENOSPC' || (message ?? '').includes('No space left');
}
