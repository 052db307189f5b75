/** OpenAPI v2 in protobuf, which kubectl and helm ask for; between ./swagger.ts and ./openapi.ts. Behaves like upstream github.com/google/gnostic-models/openapiv2. */
import { any, bool, chosenBool, double, encodeMessage, extended, extensions, int64, many, mapOf, message, one, strings, text, type Kind, type Message } from './protobuf.ts';
import type { Run } from './run.ts';
import type { Json } from './schemas.ts';

const schema: Kind = message(
  () => ({
    $ref: one(1, text), format: one(2, text), title: one(3, text), description: one(4, text), default: one(5, any), multipleOf: one(6, double), maximum: one(7, double), exclusiveMaximum: one(8, bool),
    minimum: one(9, double), exclusiveMinimum: one(10, bool), maxLength: one(11, int64), minLength: one(12, int64), pattern: one(13, text), maxItems: one(14, int64), minItems: one(15, int64),
    uniqueItems: one(16, bool), maxProperties: one(17, int64), minProperties: one(18, int64), required: strings(19), enum: many(20, any), additionalProperties: one(21, additionalProperties),
    type: one(22, typeItem), items: one(23, itemsItem), allOf: many(24, schema), properties: one(25, mapOf(schema)), readOnly: one(27, bool), example: one(30, any), ...extensions(31),
  }),
  extended,
);
const additionalProperties: Kind = message(
  () => ({ schema: one(1, schema), boolean: one(2, chosenBool) }),
  (v) => (typeof v === 'boolean' ? { boolean: v } : { schema: v }),
);
const typeItem: Kind = message(() => ({ value: strings(1) }), (v) => ({ value: [v].flat() }));
const itemsItem: Kind = message(() => ({ schema: many(1, schema) }), (v) => ({ schema: [v].flat() }));

const bodyParameter: Kind = message(() => ({ description: one(1, text), name: one(2, text), in: one(3, text), required: one(4, bool), schema: one(5, schema), ...extensions(6) }), extended);
const pathParameter: Kind = message(
  () => ({ required: one(1, bool), in: one(2, text), description: one(3, text), name: one(4, text), type: one(5, text), format: one(6, text), uniqueItems: one(19, bool), ...extensions(22) }),
  extended,
);
const queryParameter: Kind = message(
  () => ({ required: one(1, bool), in: one(2, text), description: one(3, text), name: one(4, text), type: one(6, text), format: one(7, text), uniqueItems: one(20, bool), ...extensions(23) }),
  extended,
);
const nonBodyParameter: Kind = message(() => ({ query: one(3, queryParameter), path: one(4, pathParameter) }), (v) => ({ [String((v as Json)['in'])]: v }));
const parameter: Kind = message(() => ({ body: one(1, bodyParameter), other: one(2, nonBodyParameter) }), (v) => ({ [(v as Json)['in'] === 'body' ? 'body' : 'other']: v }));
const reference: Kind = message(() => ({ $ref: one(1, text) }));
const parametersItem: Kind = message(() => ({ parameter: one(1, parameter), reference: one(2, reference) }), (v) => ({ [(v as Json)['$ref'] === undefined ? 'parameter' : 'reference']: v }));

const schemaItem: Kind = message(() => ({ schema: one(1, schema) }), (v) => ({ schema: v }));
const response: Kind = message(() => ({ description: one(1, text), schema: one(2, schemaItem), ...extensions(5) }), extended);
const responseValue: Kind = message(() => ({ response: one(1, response) }), (v) => ({ response: v }));

const operation: Kind = message(
  () => ({
    tags: strings(1), description: one(3, text), operationId: one(5, text), produces: strings(6), consumes: strings(7), parameters: many(8, parametersItem), responses: one(9, mapOf(responseValue)),
    schemes: strings(10), deprecated: one(11, bool), ...extensions(13),
  }),
  extended,
);
const pathItem: Kind = message(
  () => ({
    get: one(2, operation), put: one(3, operation), post: one(4, operation), delete: one(5, operation), options: one(6, operation), head: one(7, operation), patch: one(8, operation),
    parameters: many(9, parametersItem), ...extensions(10),
  }),
  extended,
);

const apiKey: Kind = message(() => ({ type: one(1, text), name: one(2, text), in: one(3, text), description: one(4, text) }));
const securityDefinition: Kind = message(() => ({ apiKey: one(2, apiKey) }), (v) => ({ apiKey: v }));
const scopes: Kind = message(() => ({ value: strings(1) }), (v) => ({ value: v }));

const DOCUMENT: Message = {
  swagger: one(1, text),
  info: one(2, message(() => ({ title: one(1, text), version: one(2, text) }))),
  paths: one(8, mapOf(pathItem, 2)),
  definitions: one(9, mapOf(schema)),
  parameters: one(10, mapOf(parameter)),
  security: many(12, mapOf(scopes)),
  securityDefinitions: one(13, mapOf(securityDefinition)),
};

export function encodeSwagger(document: Json, run: Run): Promise<Uint8Array> {
  return encodeMessage(DOCUMENT, document, run);
}
