/** Protobuf answers: the message of a record is encoded once per revision and version; envelopes, lists and watch frames go around it. */
import type { StatusError } from '../../apimachinery/errors.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';
import { apiVersionOf, type GroupVersionKind, type JsonObject, type Obj } from '../../apimachinery/meta.ts';
import { builtinStruct } from '../../apimachinery/schema/builtin.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';
import { normalise } from '../../apimachinery/schema/normalise.ts';
import { decodeProtobuf, encodeProtobuf, encodeProtobufList, encodeProtobufMessage, openProtobuf, ProtobufError, typeMetaOf, wrapProtobuf } from '../../apimachinery/serializer/protobuf/envelope.ts';
import type { ResourceDefinition, Version } from '../../registry/generic/definition.ts';
import type { CachedRecord, Form } from '../../storage/cacher/interface.ts';
import { objectIn, partialMetadata } from './forms.ts';
import type { Answer } from './accept.ts';
import type { ListMetaPart } from './table.ts';

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1';
const forms = new WeakMap<Version, Form<CachedRecord>>();

/** The message without its envelope. */
function messageForm(definition: ResourceDefinition, version: Version): Form<CachedRecord> {
  let form = forms.get(version);
  if (!form) {
    form = {
      id: `protobuf;${apiVersionOf(version.gvk)};${definition.epoch}`,
      encode: (record) => {
        const object = objectIn(definition, version, record);
        return object instanceof Promise ? object.then((o) => encodeProtobufMessage(version.schema, o)) : encodeProtobufMessage(version.schema, object);
      },
    };
    forms.set(version, form);
  }
  return form;
}

/** A record as it stands alone. */
export function protobufOf(definition: ResourceDefinition, version: Version, record: CachedRecord): MaybePromise<Uint8Array> {
  const message = record.form(messageForm(definition, version));
  const meta = typeMetaOf(version.gvk);
  return message instanceof Promise ? message.then((m) => wrapProtobuf(m, meta)) : wrapProtobuf(message, meta);
}

/** Any object; it is normalised first. */
export function encodeProtobufObject(object: Obj, shape: { readonly gvk: GroupVersionKind; readonly schema: Struct }): Uint8Array {
  return encodeProtobuf(shape.schema, normalise(shape.schema, object), typeMetaOf(shape.gvk));
}

/** The type of an answer in another kind: PartialObjectMetadata. */
export function metadataShape(version: string): { readonly gvk: GroupVersionKind; readonly schema: Struct } {
  return { gvk: { group: 'meta.k8s.io', version, kind: 'PartialObjectMetadata' }, schema: builtinStruct(`${META}.PartialObjectMetadata`) };
}

/** A list of records, in chunks. */
export async function protobufList(definition: ResourceDefinition, version: Version, records: readonly CachedRecord[], meta: ListMetaPart, as: Answer['as']): Promise<Iterable<Uint8Array>> {
  const messages: Uint8Array[] = [];
  for (const record of records) messages.push(as ? metadataMessage(record, version, as.version) : await record.form(messageForm(definition, version)));
  const listMeta = normalise(builtinStruct(`${META}.ListMeta`), meta) as JsonObject;
  const gvk = as ? { group: 'meta.k8s.io', version: as.version, kind: 'PartialObjectMetadataList' } : { ...version.gvk, kind: version.listKind };
  return encodeProtobufList(typeMetaOf(gvk), listMeta, messages);
}

function metadataMessage(record: CachedRecord, { internalAnnotations }: Version, version: string): Uint8Array {
  const { schema } = metadataShape(version);
  return encodeProtobufMessage(schema, normalise(schema, partialMetadata(record.object() as never, version, internalAnnotations)));
}

/** What a body says it is, and its object. A body that is no such message is refused. `anyVersion`: options may come in the version of the resource. */
export function decodeProtobufBody(bytes: Uint8Array, schema: Struct, expected: GroupVersionKind, refuse: (why: string) => StatusError, anyVersion = false): { readonly apiVersion: string; readonly kind: string; readonly object: unknown } {
  try {
    const { apiVersion, kind, raw } = openProtobuf(bytes);
    const meta = { apiVersion: apiVersion === '' ? apiVersionOf(expected) : apiVersion, kind: kind === '' ? expected.kind : kind };
    if (meta.kind !== expected.kind || (!anyVersion && meta.apiVersion !== apiVersionOf(expected))) return { ...meta, object: meta };
    const { object, errors } = decodeProtobuf(schema, raw, meta);
    if (errors.length > 0) throw refuse(errors[0] ?? '');
    return { ...meta, object };
  } catch (error) {
    if (error instanceof ProtobufError) throw refuse(error.message);
    throw error;
  }
}
