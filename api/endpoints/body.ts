/** Bodies: read within the limit, parsed, decoded to the expected type. Behaves like upstream apiserver/pkg/endpoints/handlers/create.go and runtime/serializer. */
import { newBadRequest, type StatusError } from '../../apimachinery/errors.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { sortedCopy } from '../../apimachinery/schema/copy.ts';
import { JsonSyntaxError, decodeJson, type JsonDocument } from '../../apimachinery/serializer/json.ts';
import type { KindType } from '../../apimachinery/types/type.ts';
import type { Authenticated } from '../../registry/generic/context.ts';
import { inputMediaType, type MediaType } from './accept.ts';
import { checkCustomBody } from './custom-kind.ts';
import { decodeProtobufBody } from './protobuf.ts';
import { kindOf, notRegistered, saysTheSame, wrongKind } from './stated-kind.ts';
import type { Scope } from './scope.ts';
import { decodeTyped } from './typed.ts';
import type { TypedShape } from './typed-shape.ts';
import type { WriteOptions } from './write-options.ts';

export const BODY_LIMIT = 3 * 1024 * 1024;

/** In process an object stands for its JSON. Throws RequestEntityTooLarge. */
export function readBody(request: Authenticated): Promise<Uint8Array> {
  return request.body.bytes(BODY_LIMIT);
}

/** The body as an object of the expected kind, with its defaults. Unknown and duplicate fields are refused, warned of or ignored as asked. In process it is there at once. */
export function bodyObject(scope: Scope, options: WriteOptions, shape: TypedShape): MaybePromise<Obj> {
  const { request } = scope;
  const given = request.body.object;
  if (given !== undefined) return objectOf(scope, options, shape, { document: { value: given, problems: [] }, bytes: NO_BYTES, owned: false });
  const mediaType = inputMediaType(request);
  return readBody(request).then((bytes) => (mediaType === 'application/json' ? objectOf(scope, options, shape, givenJson(shape, bytes)) : otherObject(scope, options, shape, mediaType, bytes)));
}

async function otherObject(scope: Scope, options: WriteOptions, shape: TypedShape, mediaType: MediaType, bytes: Uint8Array): Promise<Obj> {
  const refuse = (why: string): StatusError => unrecognised(shape, why, bytes);
  if (mediaType === 'application/yaml') return objectOf(scope, options, shape, { document: sorted(await parseYaml(bytes, refuse)), bytes, owned: true, isYaml: true });
  return objectOf(scope, options, shape, { document: { value: decodeProtobufBody(bytes, shape.schema, shape.gvk, refuse).object, problems: [] }, bytes, owned: true });
}

function objectOf(scope: Scope, options: WriteOptions, shape: TypedShape, { document, bytes, owned, isYaml }: Given): Obj {
  const gvk = kindOf(document.value, shape.gvk, (why) => unrecognised(shape, why, bytes));
  const isUntyped = shape.schema.name === undefined;
  if (isUntyped && bytes !== NO_BYTES) checkCustomBody(shape.gvk, document.value, () => (isYaml ? JSON.stringify(document.value) : new TextDecoder().decode(bytes)), (why) => unrecognised(shape, why, bytes));
  if (!saysTheSame(gvk, shape)) throw wrongKind(scope, gvk, shape);
  const refuse = (why: string): StatusError => newBadRequest(`${gvk.kind} in version ${JSON.stringify(gvk.version)} cannot be handled as a ${shape.gvk.kind}: ${why}`);
  const { object, problems } = decodeTyped(shape, document, refuse, owned ? OWNED : SHARED);
  report(scope, options, isYaml || isUntyped ? [...document.problems, ...problems] : problems, refuse);
  shape.setDefaults?.(object);
  return object;
}

const OWNED = { owned: 'unfrozen' } as const;
const SHARED = { owned: false } as const;
const NO_BYTES = new Uint8Array(0);

/** Refuses or warns as the client wants. Duplicate keys of YAML are one error of many lines, and a warning for each. */
function report(scope: Scope, options: WriteOptions, problems: readonly string[], refuse: (why: string) => StatusError): void {
  if (problems.length === 0) return;
  if (options.fieldValidation === 'Strict') throw refuse(`strict decoding error: ${problems.join(', ')}`);
  if (options.fieldValidation === 'Warn') for (const text of problems.flatMap(yamlLines)) scope.ctx.warnings.add(text);
}

const YAML_ERRORS = 'yaml: unmarshal errors:\n';

/** `line 2: key "a" already set in map`, one by one. */
export const yamlLines = (problem: string): readonly string[] => (problem.startsWith(YAML_ERRORS) ? problem.slice(YAML_ERRORS.length).split('\n').map((line) => line.trim()) : [problem]);

interface Given {
  readonly document: JsonDocument;
  readonly bytes: Uint8Array;
  /** Nobody else's. */
  readonly owned: boolean;
  readonly isYaml?: true;
}

function givenJson(shape: TypedShape, bytes: Uint8Array): Given {
  return { document: parseJson(bytes, (why) => unrecognised(shape, `couldn't get version/kind; json parse error: ${why}`, bytes)), bytes, owned: true };
}

export function parseJson(bytes: Uint8Array, refuse: (why: string) => StatusError): JsonDocument {
  try {
    return decodeJson(bytes);
  } catch (error) {
    if (error instanceof JsonSyntaxError) throw refuse(error.message);
    throw error;
  }
}

/** Upstream makes JSON of YAML, with keys in order: mistakes are found in that order. */
const sorted = ({ value, problems }: JsonDocument): JsonDocument => ({ value: sortedCopy(value), problems });

/** The parser is loaded when the first YAML comes. */
async function parseYaml(bytes: Uint8Array, refuse: (why: string) => StatusError): Promise<JsonDocument> {
  const { decodeYaml, YamlError } = await import('../../apimachinery/serializer/yaml.ts');
  try {
    return decodeYaml(bytes);
  } catch (error) {
    if (error instanceof YamlError) throw refuse(error.message);
    throw error;
  }
}

function unrecognised(shape: TypedShape, why: string, bytes: Uint8Array): StatusError {
  return newBadRequest(`the object provided is unrecognized (must be of type ${shape.gvk.kind}): ${why} (${summary(bytes)})`);
}

/** JSON as text, anything else in hexadecimal, at most 30 bytes. */
function summary(bytes: Uint8Array): string {
  if (bytes.length === 0) return '<empty>';
  const head = bytes.subarray(0, 30);
  const text = bytes[0] === 0x7b ? new TextDecoder().decode(head) : Array.from(head, (b) => b.toString(16).padStart(2, '0')).join('');
  return bytes.length > 30 ? `${text} ...` : text;
}

/** DeleteOptions: of any group's version. Throws BadRequest. */
export async function decodeOptions<T>(request: Authenticated, bytes: Uint8Array, type: KindType<T>): Promise<Partial<T>> {
  const shape: TypedShape = { gvk: type.gvk, schema: type.schema };
  const mediaType = inputMediaType(request);
  const plain = (why: string): StatusError => newBadRequest(why);
  if (mediaType === 'application/vnd.kubernetes.protobuf') return protobufOptions(bytes, shape) as Partial<T>;
  const document = mediaType === 'application/yaml' ? await parseYaml(bytes, plain) : parseJson(bytes, (why) => newBadRequest(`couldn't get version/kind; json parse error: ${why}`));
  checkOptionsKind(document.value, shape);
  const { object } = decodeTyped(shape, document, plain, { owned: 'unfrozen' });
  return object as unknown as Partial<T>;
}

function protobufOptions(bytes: Uint8Array, shape: TypedShape): unknown {
  const { kind, object } = decodeProtobufBody(bytes, shape.schema, shape.gvk, newBadRequest, true);
  if (kind !== shape.gvk.kind) checkOptionsKind(object, shape);
  return object;
}

/** The kind may be left out; its version does not matter. */
function checkOptionsKind(value: unknown, shape: TypedShape): void {
  const gvk = kindOf(value, shape.gvk, newBadRequest);
  if (gvk.kind !== shape.gvk.kind) throw newBadRequest(notRegistered(gvk));
}
