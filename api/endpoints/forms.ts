/** Further encodings of cached records, made on demand and kept with the record: other served versions, metadata only, protobuf. */
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { fromStorageVersion } from '../../registry/generic/conversion.ts';
import type { ResourceDefinition, Version } from '../../registry/generic/definition.ts';
import { canonicalText } from '../../registry/generic/canonical.ts';
import { storageVersionOf } from '../../registry/generic/resource-key.ts';
import type { CachedRecord, Form } from '../../storage/cacher/interface.ts';

const encoder = new TextEncoder();
const never = new AbortController().signal;

/** The object of a record in a served version; shared and frozen. */
export function objectIn(definition: ResourceDefinition, version: Version, record: CachedRecord): MaybePromise<DeepReadonly<Obj>> {
  const object = record.object() as DeepReadonly<Obj>;
  if (version.gvk.version === definition.storageVersion.version && version.gvk.group === definition.storageVersion.group) return object;
  return fromStorageVersion(definition, object, version, never) as Promise<DeepReadonly<Obj>>;
}

const versionForms = new WeakMap<Version, Form<CachedRecord>>();

/** Served JSON of another version than the stored one. */
export function versionForm(definition: ResourceDefinition, version: Version): Form<CachedRecord> {
  let form = versionForms.get(version);
  if (!form) {
    form = {
      id: `json;${apiVersionOf(version.gvk)};${definition.epoch}`,
      encode: async (record) => encoder.encode(canonicalText(version.schema, (await objectIn(definition, version, record)) as Obj)),
    };
    versionForms.set(version, form);
  }
  return form;
}

/** Served JSON in any version. */
export function jsonOf(definition: ResourceDefinition, version: Version, record: CachedRecord): MaybePromise<Uint8Array> {
  const stored = storageVersionOf(definition);
  return stored.gvk.version === version.gvk.version && stored.gvk.group === version.gvk.group ? record.bytes : record.form(versionForm(definition, version));
}

/** PartialObjectMetadata of meta.k8s.io. */
export function partialMetadata(obj: DeepReadonly<Obj>, version: string): Obj {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: obj.metadata as Obj['metadata'] };
}

export function metadataForm(version: string): Form<CachedRecord> {
  return { id: `metadata;${version}`, encode: (record) => encoder.encode(JSON.stringify(partialMetadata(record.object() as DeepReadonly<Obj>, version))) };
}
