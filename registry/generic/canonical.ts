/** Canonical form: fields in the order of the schema, zero values as Go's types print them. */
import type { JsonObject, Obj } from '../../apimachinery/meta.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';
import { decodeObject, type DecodeOptions } from '../../apimachinery/schema/normalise.ts';
import { encodeJson } from '../../apimachinery/serializer/json.ts';

/** Takes `obj` over. What it shares with `base`, the stored object before, stays shared. `owned`: as decodeObject takes it. Throws when it does not fit its own type: a strategy or an admission plug-in broke it. */
export function canonical(schema: Struct, obj: Obj, base?: object, owned: DecodeOptions['owned'] = true): Obj {
  const { object, errors } = decodeObject(schema, obj, { owned, base });
  if (errors.length > 0) throw new TypeError(errors[0]);
  return object as Obj;
}

/** Gives the object the structs that its type always has, where preparation took them out: defaults count on them. */
export function complete(schema: Struct, obj: Obj): Obj {
  const members = obj as unknown as Record<string, unknown>;
  for (const { name, schema: member, go } of schema.fields.values()) if (member.kind === 'struct' && go && !go.pointer) members[name] ??= {};
  return obj;
}

export function canonicalText(schema: Struct, obj: Obj | JsonObject): string {
  return encodeJson(canonical(schema, obj as Obj));
}
