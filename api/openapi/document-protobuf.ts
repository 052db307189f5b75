/** OpenAPI v3 in protobuf; between ./document.ts and ./openapi.ts. Behaves like upstream github.com/google/gnostic-models/openapiv3. */
import { any, bool, chosenBool, double, encodeMessage, extended, extensions, int64, many, mapOf, message, one, strings, text, type Kind, type Message } from './protobuf.ts';
import type { Run } from './run.ts';
import type { Json } from './schemas.ts';

const reference: Kind = message(() => ({ $ref: one(1, text), description: one(3, text) }));
/** One of two: the thing, or a reference to it. */
const orReference = (kind: Kind): Kind => message(() => ({ own: one(1, kind), reference: one(2, reference) }), (v) => ({ [(v as Json)['$ref'] === undefined ? 'own' : 'reference']: v }));

const schema: Kind = message(
  () => ({
    nullable: one(1, bool), readOnly: one(3, bool), writeOnly: one(4, bool), example: one(7, any), deprecated: one(8, bool), title: one(9, text), multipleOf: one(10, double), maximum: one(11, double),
    exclusiveMaximum: one(12, bool), minimum: one(13, double), exclusiveMinimum: one(14, bool), maxLength: one(15, int64), minLength: one(16, int64), pattern: one(17, text), maxItems: one(18, int64),
    minItems: one(19, int64), uniqueItems: one(20, bool), maxProperties: one(21, int64), minProperties: one(22, int64), required: strings(23), enum: many(24, any), type: one(25, text),
    allOf: many(26, schemaOrReference), oneOf: many(27, schemaOrReference), anyOf: many(28, schemaOrReference), not: one(29, schema), items: one(30, itemsItem), properties: one(31, mapOf(schemaOrReference)),
    additionalProperties: one(32, additionalProperties), default: one(33, defaultType), description: one(34, text), format: one(35, text), ...extensions(36),
  }),
  extended,
);
const schemaOrReference: Kind = orReference(schema);
const itemsItem: Kind = message(() => ({ schema: many(1, schemaOrReference) }), (v) => ({ schema: [v].flat() }));
const additionalProperties: Kind = message(
  () => ({ schema: one(1, schemaOrReference), boolean: one(2, chosenBool) }),
  (v) => (typeof v === 'boolean' ? { boolean: v } : { schema: v }),
);
/** A number, a boolean or a text; of anything else nothing is written. */
const defaultType: Kind = message(
  () => ({ number: one(1, { ...double, zero: undefined }), boolean: one(2, chosenBool), string: one(3, { ...text, zero: undefined }) }),
  (v) => ({ [typeof v]: v }),
);

const mediaTypes: Kind = mapOf(message(() => ({ schema: one(1, schemaOrReference) })));
const parameter: Kind = orReference(
  message(() => ({ name: one(1, text), in: one(2, text), description: one(3, text), required: one(4, bool), schema: one(10, schemaOrReference), ...extensions(14) }), extended),
);
const requestBody: Kind = orReference(message(() => ({ description: one(1, text), content: one(2, mediaTypes), required: one(3, bool) })));
const response: Kind = orReference(message(() => ({ description: one(1, text), content: one(3, mediaTypes), ...extensions(5) }), extended));
const operation: Kind = message(
  () => ({
    tags: strings(1), description: one(3, text), operationId: one(5, text), parameters: many(6, parameter), requestBody: one(7, requestBody), responses: one(8, mapOf(response, 2)), deprecated: one(10, bool), ...extensions(13),
  }),
  extended,
);
const pathItem: Kind = message(
  () => ({
    get: one(4, operation), put: one(5, operation), post: one(6, operation), delete: one(7, operation), options: one(8, operation), head: one(9, operation), patch: one(10, operation),
    parameters: many(13, parameter), ...extensions(14),
  }),
  extended,
);
const securityScheme: Kind = orReference(message(() => ({ type: one(1, text), description: one(2, text), name: one(3, text), in: one(4, text) })));
const components: Kind = message(() => ({ schemas: one(1, mapOf(schemaOrReference)), securitySchemes: one(7, mapOf(securityScheme)) }));

const DOCUMENT: Message = {
  openapi: one(1, text),
  info: one(2, message(() => ({ title: one(1, text), version: one(6, text) }))),
  paths: one(4, mapOf(pathItem)),
  components: one(5, components),
};

export function encodeDocument(document: Json, run: Run): Promise<Uint8Array> {
  return encodeMessage(DOCUMENT, document, run);
}
