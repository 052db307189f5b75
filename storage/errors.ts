/** The catalogue of errors that a storage driver may throw; `registry/generic` maps them to Status in one place. Behaves like upstream apiserver/pkg/storage/errors.go. */

export type StorageErrorCode =
  | 'Compacted'
  | 'FutureRevision'
  | 'UnknownOutcome'
  | 'Unavailable'
  | 'Corrupt'
  | 'NoSpace'
  | 'Closed'
  | 'NotServed'
  | 'Locked'
  | 'TooLarge';

export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code: StorageErrorCode;
  /** The key concerned, when there is one. */
  readonly key: string | undefined;
  /** Of Compacted and FutureRevision, where the driver knows: what was asked for, and the oldest or newest that there is. */
  readonly revisions: { readonly asked: number; readonly bound: number } | undefined;
  /** Of Unavailable and UnknownOutcome: no answer came in time. Otherwise `message` says what the store, or the way to it, answered. */
  readonly isLate: boolean;

  constructor(code: StorageErrorCode, message: string, options: { key?: string; cause?: unknown; revisions?: StorageError['revisions']; isLate?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.key = options.key;
    this.revisions = options.revisions;
    this.isLate = options.isLate ?? false;
  }
}

export function isStorageError(error: unknown, code?: StorageErrorCode): error is StorageError {
  return error instanceof StorageError && (code === undefined || error.code === code);
}

export const compacted = (asked: number, oldest: number): StorageError =>
  new StorageError('Compacted', `revision ${asked} has been compacted, the oldest is ${oldest}`, { revisions: { asked, bound: oldest } });
export const futureRevision = (asked: number, newest: number): StorageError =>
  new StorageError('FutureRevision', `revision ${asked} has not happened, the newest is ${newest}`, { revisions: { asked, bound: newest } });
export const closed = (): StorageError => new StorageError('Closed', 'the store is closed');
/** Of the cache: the resource is gone, the store is not. */
export const notServed = (storedAs: string): StorageError => new StorageError('NotServed', `${storedAs} is closed: the resource is no longer served`);
export const unknownOutcome = (key: string, cause?: unknown): StorageError =>
  new StorageError('UnknownOutcome', `whether the write of ${key} happened is not known`, { key, cause });
