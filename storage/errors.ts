/** The catalogue of errors that a storage driver may throw; `registry/generic` maps them to Status in one place. Behaves like upstream apiserver/pkg/storage/errors.go. */

export type StorageErrorCode =
  | 'Compacted'
  | 'FutureRevision'
  | 'UnknownOutcome'
  | 'Unavailable'
  | 'Corrupt'
  | 'NoSpace'
  | 'Closed'
  | 'Locked'
  | 'TooLarge';

export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  /** The key concerned, when there is one. */
  readonly key: string | undefined;

  constructor(code: StorageErrorCode, message: string, options: { key?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.key = options.key;
  }
}

export function isStorageError(error: unknown, code?: StorageErrorCode): error is StorageError {
  return error instanceof StorageError && (code === undefined || error.code === code);
}

export const compacted = (asked: number, oldest: number): StorageError =>
  new StorageError('Compacted', `revision ${asked} has been compacted, the oldest is ${oldest}`);
export const futureRevision = (asked: number, newest: number): StorageError =>
  new StorageError('FutureRevision', `revision ${asked} has not happened, the newest is ${newest}`);
export const closed = (): StorageError => new StorageError('Closed', 'the store is closed');
export const unknownOutcome = (key: string, cause?: unknown): StorageError =>
  new StorageError('UnknownOutcome', `whether the write of ${key} happened is not known`, { key, cause });
