/** Between the versions of one stored thing. Custom resources may ask a webhook: then a whole list goes in one hop. */
import { newInternalError, isStatusError } from '../../apimachinery/errors.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { canonical } from './canonical.ts';
import { deepCopy } from './deep-copy.ts';
import type { ResourceDefinition, Version } from './definition.ts';
import { heldVersionOf, storageVersionOf } from './resource-key.ts';

/** Gives private copies in the version `to`; the objects are all of the version `from`, or of several that have the same converter. What the version does not know of a custom resource is lost. */
export async function convertAll(objects: readonly DeepReadonly<Obj>[], from: Version, to: Version, signal: AbortSignal): Promise<readonly Obj[]> {
  const converted = await convertWhole(objects, from, to, signal);
  const isCustom = to.schema.name === undefined;
  return isCustom && from !== to ? converted.map((o) => canonical(to.schema, o)) : converted;
}

/** As convertAll, with all that the converter says. */
export async function convertWhole(objects: readonly DeepReadonly<Obj>[], from: Version, to: Version, signal: AbortSignal): Promise<readonly Obj[]> {
  const copies = objects.map((o) => deepCopy(o) as Obj);
  if (from === to || objects.length === 0) return copies;
  const convert = from.convert ?? to.convert;
  if (!convert) return copies.map((o) => rename(o, to));
  try {
    return (await convert(copies, to.gvk, signal)).map((o) => rename(o, to));
  } catch (error) {
    if (isStatusError(error)) throw error;
    throw newInternalError(error instanceof Error ? error.message : String(error), error);
  }
}

function rename(obj: Obj, to: Version): Obj {
  obj.apiVersion = apiVersionOf(to.gvk);
  obj.kind = to.gvk.kind;
  return obj;
}

/** One object as the cacher holds it, in another version. Defaults of the target version are set, but for custom resources, which show those of the version in which they are stored. */
export async function fromHeldVersion(definition: ResourceDefinition, obj: DeepReadonly<Obj>, to: Version, signal: AbortSignal): Promise<Obj> {
  const [converted] = await convertAll([obj], heldVersionOf(definition, obj), to, signal);
  if (!converted) throw newInternalError(`the conversion of ${definition.storedAs} gave nothing back`);
  if (definition.validates === 'storage') to.setDefaults(converted);
  return converted;
}

/** One object of any version, for the store. */
export async function toStorageVersion(definition: ResourceDefinition, obj: Obj, from: Version, signal: AbortSignal): Promise<Obj> {
  const storage = storageVersionOf(definition);
  if (from === storage) return obj;
  const [converted] = await convertAll([obj], from, storage, signal);
  if (!converted) throw newInternalError(`the conversion of ${definition.storedAs} gave nothing back`);
  storage.setDefaults(converted);
  return converted;
}
