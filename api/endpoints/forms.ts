/** Further encodings of cached records, made on demand and kept with the record: other served versions, metadata only, protobuf. */
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';
import { whenThere } from '../../apimachinery/maybe-promise.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { fromHeldVersion } from '../../registry/generic/conversion.ts';
import type { ResourceDefinition, Version } from '../../registry/generic/definition.ts';
import { canonicalText } from '../../registry/generic/canonical.ts';
import { parseObject } from '../../registry/generic/parse-object.ts';
import { storageVersionOf } from '../../registry/generic/resource-key.ts';
import type { CachedRecord, Form } from '../../storage/cacher/interface.ts';

const encoder = new TextEncoder();
const never = new AbortController().signal;

/** The object of a record in a served version; shared and frozen. */
export function objectIn(definition: ResourceDefinition, version: Version, record: CachedRecord): MaybePromise<DeepReadonly<Obj>> {
  const object = record.object() as DeepReadonly<Obj>;
  if (isStored(definition, version) || isHeld(definition, version, record)) return object;
  if (definition.convertsOnRead) return whenThere(record.form(versionForm(definition, version)), (bytes) => parseObject(bytes) as DeepReadonly<Obj>);
  return fromHeldVersion(definition, object, version, never) as Promise<DeepReadonly<Obj>>;
}

const versionForms = new WeakMap<Version, Form<CachedRecord>>();

/** Served JSON of another version than the stored one. */
export function versionForm(definition: ResourceDefinition, version: Version): Form<CachedRecord> {
  let form = versionForms.get(version);
  if (!form) {
    form = {
      id: `json;${apiVersionOf(version.gvk)};${definition.epoch}`,
      encode: async (record) => textIn(version, await fromHeldVersion(definition, record.object() as DeepReadonly<Obj>, version, never)),
    };
    versionForms.set(version, form);
  }
  return form;
}

/** The served text of an object of the version. */
export const textIn = (version: Version, object: Obj): Uint8Array => encoder.encode(canonicalText(version.schema, object));

/** Served JSON in any version. */
export function jsonOf(definition: ResourceDefinition, version: Version, record: CachedRecord): MaybePromise<Uint8Array> {
  return isStored(definition, version) || isHeld(definition, version, record) ? record.bytes : record.form(versionForm(definition, version));
}

/** Where records are of several versions: whether this one is of `version`. */
export const isHeld = (definition: ResourceDefinition, version: Version, record: CachedRecord): boolean =>
  definition.convertsOnRead === true && record.object().apiVersion === apiVersionOf(version.gvk);

/** Whether the version's JSON is that of all records. */
export function isStored(definition: ResourceDefinition, version: Version): boolean {
  if (definition.convertsOnRead) return false;
  const stored = storageVersionOf(definition);
  return stored === version || (stored.gvk.version === version.gvk.version && stored.gvk.group === version.gvk.group);
}

/** Served JSON in any version, with the line end that upstream puts behind a JSON body. */
export function jsonLineOf(definition: ResourceDefinition, version: Version, record: CachedRecord): MaybePromise<Uint8Array> {
  return isStored(definition, version) || isHeld(definition, version, record) ? record.line : whenThere(record.form(versionForm(definition, version)), withLineEnd);
}

function withLineEnd(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(bytes.length + 1);
  out.set(bytes);
  out[bytes.length] = 0x0a;
  return out;
}

/** PartialObjectMetadata of meta.k8s.io. `without`: the version's internalAnnotations. */
export function partialMetadata(obj: DeepReadonly<Obj>, version: string, without: readonly string[] = []): Obj {
  return { kind: 'PartialObjectMetadata', apiVersion: `meta.k8s.io/${version}`, metadata: metadataWithout(obj.metadata as Obj['metadata'], without) };
}

function metadataWithout(metadata: Obj['metadata'], annotations: readonly string[]): Obj['metadata'] {
  const given = metadata.annotations;
  if (!given || !annotations.some((name) => name in given)) return metadata;
  const kept = Object.entries(given).filter(([name]) => !annotations.includes(name));
  const { annotations: _all, ...rest } = metadata;
  return kept.length === 0 ? rest : { ...metadata, annotations: Object.fromEntries(kept) };
}
