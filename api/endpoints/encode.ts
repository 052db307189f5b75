/** Objects as bytes of a media type. */
import type { GroupVersionKind, Obj } from '../../apimachinery/meta.ts';
import { builtinStruct } from '../../apimachinery/schema/builtin.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';
import { encodeJson } from '../../apimachinery/serializer/json.ts';
import type { Answer } from './accept.ts';
import { encodeProtobufFrame } from '../../apimachinery/serializer/protobuf/envelope.ts';
import { encodeYaml } from '../../apimachinery/serializer/yaml-writer.ts';
import { encodeProtobufObject, metadataShape } from './protobuf.ts';

const encoder = new TextEncoder();

export interface EncodedAnswer {
  readonly bytes: Uint8Array;
  readonly contentType: string;
}

/** The type that protobuf needs. */
export interface EncodedShape {
  readonly gvk: GroupVersionKind;
  readonly schema: Struct;
}

export function encodeObject(object: Obj, answer: Answer, shape: EncodedShape): EncodedAnswer {
  switch (answer.mediaType) {
    case 'application/json':
      return { bytes: encoder.encode(answer.pretty ? prettyJson(object) : `${encodeJson(object)}\n`), contentType: answer.mediaType };
    case 'application/yaml':
      return { bytes: encoder.encode(encodeYaml(object)), contentType: answer.mediaType };
    case 'application/vnd.kubernetes.protobuf':
      return { bytes: encodeProtobufObject(object, answer.as ? metadataShape(answer.as.version) : shape), contentType: answer.mediaType };
  }
}

/** Two spaces, as Go's MarshalIndent. */
function prettyJson(object: Obj): string {
  return JSON.stringify(object, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v), 2);
}

const STATUS = 'io.k8s.apimachinery.pkg.apis.meta.v1.Status';

export function encodeStatus(status: Obj, answer: Answer): EncodedAnswer {
  return encodeObject(status, answer, { gvk: { group: '', version: 'v1', kind: 'Status' }, schema: builtinStruct(STATUS) });
}

/** One frame of a watch stream. `shape` undefined: a Status. */
export function encodeWatchEvent(type: string, object: Obj, answer: Answer, shape: EncodedShape | undefined): Uint8Array {
  if (answer.mediaType === 'application/json') return encoder.encode(`{"type":"${type}","object":${encodeJson(object)}}\n`);
  const { bytes } = shape ? encodeObject(object, answer, shape) : encodeStatus(object, answer);
  return encodeProtobufFrame(type, bytes);
}
