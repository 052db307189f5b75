/** Answers of one object: its cached bytes where they are what the client wants, another form otherwise. */
import { newNotAcceptable } from '../../apimachinery/errors.ts';
import type { ApiResponse, MaybePromise } from '../../apimachinery/http.ts';
import { whenThere } from '../../apimachinery/maybe-promise.ts';
import type { GroupVersionKind, Obj } from '../../apimachinery/meta.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';
import * as meta from '../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { DEFAULT_COLUMNS } from '../../registry/generic/columns.ts';
import type { Column } from '../../registry/generic/definition.ts';
import { fromHeldVersion } from '../../registry/generic/conversion.ts';
import { storageVersionOf } from '../../registry/generic/resource-key.ts';
import type { Stored } from '../../registry/generic/store-interface.ts';
import { negotiate, type Answer } from './accept.ts';
import { encodeObject } from './encode.ts';
import { jsonLineOf, objectIn, partialMetadata } from './forms.ts';
import { protobufOf } from './protobuf.ts';
import type { Scope } from './scope.ts';
import { tableOf, tableOptions } from './table.ts';

const JSON_HEADERS = { 'Content-Type': 'application/json' } as const;
export const PROTOBUF_HEADERS = { 'Content-Type': 'application/vnd.kubernetes.protobuf' } as const;

/** Fails early when no form is acceptable, before anything is done. */
export function negotiated(scope: Scope): Answer {
  return negotiate(scope.request, { protobuf: scope.definition.validates === 'storage', table: hasTable(scope) });
}

/** Reviews and actions have no rows. */
function hasTable({ definition, subresource }: Scope): boolean {
  if (subresource) return subresource.kind !== 'create';
  return definition.backing === 'stored' || definition.backing.verbs.includes('list');
}

export const isPlainJson = (answer: Answer): boolean => answer.mediaType === 'application/json' && !answer.pretty && !answer.as;

export const isPlainProtobuf = (answer: Answer): boolean => answer.mediaType === 'application/vnd.kubernetes.protobuf' && !answer.as;

/** The stored object in the requested version. */
export function storedAnswer(scope: Scope, answer: Answer, stored: Stored, status: number): MaybePromise<ApiResponse> {
  const { definition, version, request } = scope;
  if (stored.record && request.accepts === 'bytes') {
    if (isPlainJson(answer)) return bytesAnswer(status, JSON_HEADERS, jsonLineOf(definition, version, stored.record));
    if (isPlainProtobuf(answer)) return bytesAnswer(status, PROTOBUF_HEADERS, protobufOf(definition, version, stored.record));
  }
  return whenThere(servedObject(scope, stored), (object) => objectAnswer(scope, answer, object, status));
}

function bytesAnswer(status: number, headers: ApiResponse['headers'], bytes: MaybePromise<Uint8Array>): MaybePromise<ApiResponse> {
  return bytes instanceof Promise ? bytes.then((made) => bytesAnswer(status, headers, made)) : { status, headers, body: { kind: 'bytes', bytes } };
}

/** The object as the requested version shows it; shared. */
export function servedObject(scope: Scope, stored: Stored): MaybePromise<DeepReadonly<Obj>> {
  const { definition, version } = scope;
  if (stored.record) return objectIn(definition, version, stored.record);
  return version === storageVersionOf(definition) ? stored.object : (fromHeldVersion(definition, stored.object, version, scope.request.signal) as MaybePromise<DeepReadonly<Obj>>);
}

/** What an object is encoded by: its own kind where a subresource answers with another. */
export interface Shape {
  readonly gvk: GroupVersionKind;
  readonly schema: Struct;
  /** Of its table; absent: name and creation time. */
  readonly columns?: readonly Column[];
  readonly internalAnnotations?: readonly string[];
}

/** A Status answers for every kind. */
const STATUS_SHAPE: Shape = { gvk: { group: '', version: 'v1', kind: 'Status' }, schema: meta.Status.schema };

export function objectAnswer(scope: Scope, answer: Answer, object: DeepReadonly<Obj>, status: number, shape: Shape = scope.version): ApiResponse {
  if (scope.request.accepts === 'objects') return { status, headers: {}, body: { kind: 'object', object: object as Obj } };
  if (isStatus(object)) return encodedAnswer(object, { mediaType: answer.mediaType, pretty: answer.pretty }, status, STATUS_SHAPE);
  return encodedAnswer(converted(scope, answer, object, shape), answer, status, shape);
}

function converted(scope: Scope, answer: Answer, object: DeepReadonly<Obj>, shape: Shape): Obj {
  if (!answer.as) return object as Obj;
  if (answer.as.kind === 'Table') return tableOf(shape.columns ?? DEFAULT_COLUMNS, [object], { resourceVersion: object.metadata.resourceVersion }, { ...tableOptions(scope.request, answer.as.version), without: shape.internalAnnotations }, scope.ctx.clock.now());
  if (answer.as.kind === 'PartialObjectMetadataList') {
    throw newNotAcceptable(`you requested PartialObjectMetadataList, but the requested object is not a list (*${goType(scope, object.kind)})`);
  }
  return partialMetadata(object, answer.as.version, shape.internalAnnotations);
}

function encodedAnswer(object: Obj | DeepReadonly<Obj>, answer: Answer, status: number, shape: Shape): ApiResponse {
  const { bytes, contentType } = encodeObject(object as Obj, answer, shape);
  return { status, headers: { 'Content-Type': contentType }, body: { kind: 'bytes', bytes } };
}

const isStatus = (object: DeepReadonly<Obj>): boolean => object.kind === 'Status' && object.apiVersion === 'v1';

/** As Go prints the type of an internal object. */
export function goType(scope: Scope, kind: string): string {
  const { group } = scope.definition.storageVersion;
  if (scope.definition.validates === 'requested') return kind.endsWith('List') ? 'unstructured.UnstructuredList' : 'unstructured.Unstructured';
  return `${group === '' ? 'core' : group.split('.')[0]}.${kind}`;
}

/** A Status that tells of success and names the object. */
export function successStatus(details: { readonly name: string; readonly group: string; readonly kind: string; readonly uid?: string }): Obj {
  const { name, group, kind, uid } = details;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { ...(name !== '' && { name }), ...(group !== '' && { group }), kind, ...(uid !== undefined && { uid }) },
  } as unknown as Obj;
}

