/** Between the store's values and the cacher: encryption at rest, older formats, values that other servers wrote. */
import type { MaybePromise } from '../../apimachinery/http.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import { decodeProtobuf, hasProtobufPrefix, openProtobuf } from '../../apimachinery/serializer/protobuf/envelope.ts';
import type { ResourceDefinition } from './definition.ts';

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

/** Reads JSON, and protobuf as upstream stores it; writes JSON, which upstream reads. */
export function builtinCodec(definition: ResourceDefinition): StorageCodec {
  return {
    fromStorage: (_key, raw) => (hasProtobufPrefix(raw) ? { value: fromProtobuf(definition, raw), stale: false } : { value: raw, stale: false }),
    toStorage: plainCodec.toStorage,
  };
}

function fromProtobuf(definition: ResourceDefinition, bytes: Uint8Array): Obj {
  const { apiVersion, kind, raw } = openProtobuf(bytes);
  const version = definition.versions.find((v) => apiVersionOf(v.gvk) === apiVersion && v.gvk.kind === kind);
  if (!version) throw new Error(`${definition.storedAs}: the store holds the unknown version ${apiVersion}, Kind=${kind}`);
  const { object, errors } = decodeProtobuf(version.schema, raw, { apiVersion, kind });
  if (errors.length > 0) throw new Error(`${definition.storedAs}: ${errors[0]}`);
  return object as Obj;
}
