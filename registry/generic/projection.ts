/** What the cacher keeps of an object: its bytes, where the revision goes, and what is tested per request. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Projection, Tested } from '../../storage/cacher/interface.ts';
import { canonical } from './canonical.ts';
import type { ResourceDefinition } from './definition.ts';
import type { InVersions } from './selected-versions.ts';
import { heldVersionOf } from './resource-key.ts';
import { forgetEmpty } from './stored-form.ts';
import { storedBytes } from './stored-bytes.ts';

const NO_LABELS: Readonly<Record<string, string>> = Object.freeze({});
const NO_OWNERS: readonly string[] = Object.freeze([]);

export type Projected = Projection & { readonly object: Obj };

/** Takes over `obj`, an object of the version in which it is held; its resourceVersion does not count. Encodes it once. `base`: the stored object before, with which it may share parts. `shown`: the object in further versions. */
export function project(definition: ResourceDefinition, obj: Obj, stale = false, base?: object, shown?: InVersions): Projected {
  const version = heldVersionOf(definition, obj as DeepReadonly<Obj>);
  const custom = definition.validates === 'requested';
  const meta = obj.metadata as { resourceVersion?: string };
  if (meta.resourceVersion !== undefined) delete meta.resourceVersion;
  const object = canonical(version.schema, obj, base, 'stored');
  if (!custom && !definition.storedAsJson) forgetEmpty(version.schema)(object, base);
  const { bytes, revisionAt, metadataAt } = storedBytes(object, custom);
  return { bytes, revisionAt, itemStart: custom ? 1 : metadataAt, tested: testedOf(definition, object as DeepReadonly<Obj>, shown), object, ...(stale && { stale }) };
}

/** `shown`: the object in further versions, where only they tell their fields. */
export function testedOf(definition: ResourceDefinition, obj: DeepReadonly<Obj>, shown?: InVersions): Tested {
  const { name, labels, ownerReferences } = obj.metadata;
  const namespace = (obj.metadata as { readonly namespace?: string }).namespace ?? '';
  const fields: Record<string, string> = { 'metadata.name': name };
  if (namespace !== '') fields['metadata.namespace'] = namespace;
  for (const version of definition.versions) {
    const seen = shown ? shown.get(version) : obj;
    if (seen) for (const field of version.selectableFields) fields[field.key ?? field.label] ??= field.value(seen);
  }
  return { namespace, name, labels: labels ?? NO_LABELS, fields, ownerUids: ownerReferences ? ownerReferences.map((r) => r.uid) : NO_OWNERS };
}
