/** From parsed JSON to an object of a known type: the one place where this folder decodes. */
import type { StatusError } from '../../apimachinery/errors.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import { decodeObject, type DecodeOptions } from '../../apimachinery/schema/normalise.ts';
import type { JsonDocument } from '../../apimachinery/serializer/json.ts';
import type { TypedShape } from './typed-shape.ts';

/** `owned`: the document is nobody else's. `base`, `onUnsure`: as decodeObject takes them. */
export type TypedOptions = Pick<DecodeOptions, 'owned' | 'base' | 'onUnsure'>;

/** `problems`: unknown and duplicate fields, as strict decoding names them. Mistakes of type are thrown as `refuse` makes them. */
export function decodeTyped(shape: TypedShape, document: JsonDocument, refuse: (why: string) => StatusError, options: TypedOptions): { readonly object: Obj; readonly problems: readonly string[] } {
  const { object, errors, strict } = decodeObject(shape.schema, document.value ?? {}, { notes: document.notes, ...options });
  const mistake = errors[0] ?? shape.conversionMistake?.(object as Obj);
  if (mistake !== undefined) throw refuse(mistake);
  object['metadata'] ??= {};
  object['kind'] = shape.gvk.kind;
  object['apiVersion'] = apiVersionOf(shape.gvk);
  return { object: object as Obj, problems: strict };
}
