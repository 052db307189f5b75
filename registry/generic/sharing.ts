/**
 * What an update leaves alone is not made anew: unchanged members of the object and of its metadata are those of the stored one, frozen, and every later stage knows them by identity
 * (field ownership, validation, ./canonical.ts, defaults). For resources that declare `sharesUnchanged`. api/endpoints makes such objects; ./update.ts takes them.
 */
import { jsonEqual } from '../../apimachinery/equality.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { deepCopy } from './deep-copy.ts';
import type { ResourceDefinition } from './definition.ts';
import { storageVersionOf } from './resource-key.ts';

type Members = Record<string, unknown>;

/** `current`, the stored object, where a wanted object of `schema` may share parts with it. */
export function sharedBase(definition: ResourceDefinition, schema: Struct, current: DeepReadonly<Obj> | undefined): DeepReadonly<Obj> | undefined {
  return definition.sharesUnchanged && schema === storageVersionOf(definition).schema ? current : undefined;
}

/** Gives the object members of its own for those that are the base's, one level deep: admission and strategies set fields there. */
export function ownMembers(obj: Obj, base: DeepReadonly<Obj>): Obj {
  for (const name in obj) {
    const member = (obj as unknown as Members)[name];
    if (typeof member === 'object' && member !== null && member === (base as unknown as Members)[name]) (obj as unknown as Members)[name] = shallowCopy(member);
  }
  return obj;
}

/** A copy of `wanted` that shares with `base` what is equal in both. Members of the object are its own. */
export function sharingCopy(wanted: Obj, base: DeepReadonly<Obj>): Obj {
  const copy = sharedMembers(wanted as unknown as Members, base as unknown as Members);
  copy['metadata'] = sharedMembers(wanted.metadata as unknown as Members, base.metadata as unknown as Members);
  return ownMembers(copy as unknown as Obj, base);
}

function sharedMembers(wanted: Members, base: Members): Members {
  const copy: Members = {};
  for (const name in wanted) {
    const value = wanted[name];
    copy[name] = typeof value === 'object' && value !== null && name !== 'metadata' ? (jsonEqual(value, base[name]) ? base[name] : deepCopy(value)) : value;
  }
  return copy;
}

const shallowCopy = (value: object): object => (Array.isArray(value) ? [...(value as unknown[])] : { ...value });
