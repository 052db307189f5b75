/** Between the store's values and the cacher: encryption at rest, older formats, values that other servers wrote. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';

/** Corrupt values throw. */
export interface StorageCodec {
  /** Bytes are JSON in any stored version. `stale`: the next update is written even when it changes nothing. */
  fromStorage(key: string, raw: Uint8Array): MaybePromise<{ readonly value: Uint8Array | Obj; readonly stale: boolean }>;
  toStorage(key: string, value: Uint8Array): MaybePromise<Uint8Array>;
}

/** Values as they are. */
export const plainCodec: StorageCodec = {
  fromStorage: (_key, raw) => ({ value: raw, stale: false }),
  toStorage: (_key, value) => value,
};
