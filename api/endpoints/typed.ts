/** From parsed JSON to an object of a known type: the one place where this folder decodes. */
import type { StatusError } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { DecodeError, decodeObject } from '../../apimachinery/schema/normalise.ts';
import type { JsonDocument } from '../../apimachinery/serializer/json.ts';
import type { TypedShape } from './body.ts';

/** `problems`: unknown and duplicate fields, as strict decoding names them. Mistakes of type are thrown as `refuse` makes them. */
export function decodeTyped(shape: TypedShape, document: JsonDocument, refuse: (why: string) => StatusError): { readonly object: Obj; readonly problems: readonly string[] } {
  try {
    const { object, problems } = decodeObject(shape.schema, document, shape.gvk);
    return { object: object as Obj, problems };
  } catch (error) {
    if (error instanceof DecodeError) throw refuse(error.message);
    throw error;
  }
}
