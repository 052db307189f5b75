/** What a storage driver throws, as the Status that a client sees: the one place of this mapping. Behaves like upstream apiserver/pkg/storage/errors/storage.go. */
import { StatusError, newInternalError, newResourceExpired, newServiceUnavailable, newTimeout } from '../../apimachinery/errors.ts';
import { isStorageError, type StorageError } from '../../storage/errors.ts';

export const EXPIRED = 'The resourceVersion for the provided watch is too old.';
export const COMPACTED = 'etcdserver: mvcc: required revision has been compacted';

/** Any other error is passed through. */
export function interpretStorageError(error: unknown): unknown {
  return isStorageError(error) ? statusOf(error) : error;
}

function statusOf(error: StorageError): StatusError {
  switch (error.code) {
    case 'Compacted':
      return newResourceExpired(`The provided continue parameter is too old to display a consistent list result. You must start a new list without the continue parameter.`);
    case 'FutureRevision':
      return newTooLargeResourceVersion(error);
    case 'UnknownOutcome':
    case 'Unavailable':
    case 'TooLarge':
      return error.isLate ? newTimeout('request did not complete within requested timeout - context deadline exceeded', 0) : inItsOwnWords(error);
    case 'NotServed':
      return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {}, error);
    case 'Closed':
    case 'Locked':
    case 'NoSpace':
      return newServiceUnavailable(error.message, error);
    case 'Corrupt':
      return newInternalError(error.message, error);
  }
}

/** Upstream has no Status for what etcd or the way to it says: the text reaches the client without a reason. */
const inItsOwnWords = (error: StorageError): StatusError => new StatusError(500, '', error.message, undefined, error);

/** What a watch is told that starts too early. */
export const newWatchExpired = ({ revisions }: StorageError): StatusError => newResourceExpired(revisions ? `too old resource version: ${revisions.asked} (${revisions.bound})` : EXPIRED);

function newTooLargeResourceVersion(error: StorageError): StatusError {
  const message = error.revisions ? `Timeout: Too large resource version: ${error.revisions.asked}, current: ${error.revisions.bound}` : error.message;
  return new StatusError(504, 'Timeout', message, { causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }], retryAfterSeconds: 1 }, error);
}
