/** What fields of other versions an object is found by, where conversion is somebody else's. Asked by ./cache-spec.ts and ./resource-store.ts for ./projection.ts. */
import { isStatusError } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { fromHeldVersion } from './conversion.ts';
import type { ResourceDefinition, Version } from './definition.ts';
import { heldVersionOf } from './resource-key.ts';

/** The versions in which an object could be shown. */
export type InVersions = ReadonlyMap<Version, DeepReadonly<Obj>>;

/** Undefined: the object itself tells all fields, or there are none. */
export function inSelectedVersions(definition: ResourceDefinition, obj: DeepReadonly<Obj>): Promise<InVersions> | undefined {
  const held = heldVersionOf(definition, obj);
  if (!definition.convertsOnRead || !held.convert) return undefined;
  const others = definition.versions.filter((v) => v !== held && v.selectableFields.length > 0);
  return others.length > 0 || held.selectableFields.length > 0 ? convertedTo(definition, obj, held, others) : undefined;
}

const never = new AbortController().signal;

/** A version that cannot be converted to is left out: its fields are told when it is read by them. */
async function convertedTo(definition: ResourceDefinition, obj: DeepReadonly<Obj>, held: Version, others: readonly Version[]): Promise<InVersions> {
  const shown = new Map([[held, obj]]);
  for (const version of others) {
    try {
      shown.set(version, (await fromHeldVersion(definition, obj, version, never)) as DeepReadonly<Obj>);
    } catch (error) {
      if (!isStatusError(error)) throw error;
    }
  }
  return shown;
}
