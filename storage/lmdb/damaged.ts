/** Values that the disk gives back wrongly: they are listed like others, and reading them throws, so that one of them hides nothing else. */
import { StorageError } from '../errors.ts';
import type { Revision, StorageEvent, StoredValue } from '../interface.ts';

export function damaged(key: string, revision: Revision): StorageError {
  return new StorageError('Corrupt', `the stored value of ${key} at revision ${revision} is damaged: delete it, or restore a backup`, {
    key,
  });
}

export class DamagedValue implements StoredValue {
  readonly key: string;
  readonly revision: Revision;

  constructor(key: string, revision: Revision) {
    this.key = key;
    this.revision = revision;
  }

  get value(): Uint8Array {
    throw damaged(this.key, this.revision);
  }
}

export class DamagedEvent implements StorageEvent {
  readonly key: string;
  readonly revision: Revision;
  readonly previous: StoredValue | undefined;

  constructor(key: string, revision: Revision, previous: StoredValue | undefined) {
    this.key = key;
    this.revision = revision;
    this.previous = previous;
  }

  get value(): Uint8Array {
    throw damaged(this.key, this.revision);
  }
}
