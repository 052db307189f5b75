/** Writes that arrive while an earlier group is being flushed are flushed together. */
import type { RootDatabase } from 'lmdb';
import { describeError } from '../../component-base/log.ts';
import { StorageError } from '../errors.ts';

export interface Operation {
  /** Issues the changes; called inside a batch. */
  write(): void;
  /** The group is on the disk. Called for all operations of a group in order and in one turn. */
  committed(): void;
  /** The group is not on the disk, or nobody knows. */
  failed(error: StorageError): void;
}

export class GroupCommit {
  readonly #env: RootDatabase<Buffer, number>;
  readonly #path: string;
  readonly #onGroup: () => void;
  #queue: Operation[] = [];
  #flushing: Promise<void> | undefined;
  #failure: StorageError | undefined;

  /** `path` is that of the file, for messages. `onGroup`: a group has been committed or has failed, and its operations know. */
  constructor(env: RootDatabase<Buffer, number>, path: string, onGroup: () => void) {
    this.#env = env;
    this.#path = path;
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

  /** Resolves when nothing waits to be flushed. */
  async drained(): Promise<void> {
    await this.#flushing;
  }

  async #flush(): Promise<void> {
    // The operations of this turn come together.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const group = this.#queue;
      this.#queue = [];
      try {
        await this.#env.batch(() => {
          for (const operation of group) operation.write();
        });
        for (const operation of group) operation.committed();
      } catch (error) {
        await this.#fail(group, error);
      }
      this.#onGroup();
    }
    this.#flushing = undefined;
  }

  /** Whether the file still takes transactions: after a failure at its root it does not. */
  #isUsable(): boolean {
    try {
      this.#env.transactionSync(() => undefined);
      return true;
    } catch (error) {
      return error === undefined;
    }
  }

  /** A full disk leaves the store as it was. After any other failure nobody knows what is on the disk: no further write is accepted. */
  async #fail(group: readonly Operation[], error: unknown): Promise<void> {
    const cause = await causeOf(error);
    const isFull = isNoSpace(cause) && this.#isUsable();
    const why = `${this.#path} could not be written (${firstLineOf(cause)})`;
    if (!isFull) this.#failure = new StorageError('Unavailable', `${why}: the store takes no further write; ${REMEDY}`, { cause });
    const outcome = isFull
      ? new StorageError('NoSpace', `no space is left on the disk of ${this.#path}: make room, then write again`, { cause })
      : new StorageError('UnknownOutcome', `whether the write is on the disk is not known: ${why}; ${REMEDY}`, { cause });
    for (const operation of group) operation.failed(outcome);
    const queued = isFull ? outcome : this.#failure;
    for (const operation of this.#queue.splice(0)) operation.failed(queued ?? outcome);
  }
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
