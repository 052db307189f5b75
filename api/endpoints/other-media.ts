/** YAML and protobuf. */
import { StatusError, newNotAcceptable, newUnsupportedMediaType } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import type { JsonDocument } from '../../apimachinery/serializer/json.ts';
import type { TypedShape } from './body.ts';
import type { EncodedShape } from './encode.ts';

export function yamlToJson(_bytes: Uint8Array, _refuse: (why: string) => StatusError): JsonDocument {
  throw newUnsupportedMediaType('YAML is not served yet');
}
export function decodeProtobufBody(_bytes: Uint8Array, _shape: TypedShape): unknown {
  throw newUnsupportedMediaType('protobuf is not served yet');
}
export function encodeYaml(_object: Obj): Uint8Array {
  throw newNotAcceptable('YAML is not served yet');
}
export function encodeProtobufBody(_object: Obj, _shape: EncodedShape): Uint8Array {
  throw newNotAcceptable('protobuf is not served yet');
}
export function protobufWatchFrame(_type: string, _object: Uint8Array): Uint8Array {
  throw newNotAcceptable('protobuf is not served yet');
}
