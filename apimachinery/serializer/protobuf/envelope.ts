/**
 * Whole objects in protobuf: the magic prefix and runtime.Unknown around a message, lists made of encoded items, and watch frames. Neighbours: ./encode.ts, ./decode.ts.
 * Behaves like upstream apimachinery/pkg/runtime/serializer/protobuf and pkg/util/framer.
 */
import { apiVersionOf, type GroupVersionKind, type JsonObject } from '../../meta.ts';
import { builtinStruct } from '../../schema/builtin.ts';
import type { Struct } from '../../schema/model.ts';
import { decodeObject, type Decoded } from '../../schema/normalise.ts';
import { readMessage } from './decode.ts';
import { writeMessage } from './encode.ts';
import { BYTES, ProtobufError, Reader, Writer } from './wire.ts';

/** `k8s\0`. */
export const PROTOBUF_PREFIX: Uint8Array = Uint8Array.of(0x6b, 0x38, 0x73, 0);

export interface ProtobufEnvelope {
  readonly apiVersion: string;
  readonly kind: string;
  /** The message of the object. A view of the input. */
  readonly raw: Uint8Array;
}

/** What identifies an object outside its message. */
export interface TypeMeta {
  readonly apiVersion: string;
  readonly kind: string;
}

export const typeMetaOf = (gvk: GroupVersionKind): TypeMeta => ({ apiVersion: apiVersionOf(gvk), kind: gvk.kind });

const shared = new Writer();

/** One writer serves all encodings: none is interrupted. */
function emptyWriter(): Writer {
  shared.clear();
  return shared;
}

/** The message of a normalised struct without an envelope: an item of a list. */
export function encodeProtobufMessage(schema: Struct, object: unknown): Uint8Array {
  const writer = emptyWriter();
  writeMessage(writer, schema, object);
  return writer.take();
}

/** A whole object with its envelope. */
export function encodeProtobuf(schema: Struct, object: unknown, meta: TypeMeta): Uint8Array {
  const writer = emptyWriter();
  writeTrailer(writer);
  const before = writer.length;
  writeMessage(writer, schema, object);
  writeHeader(writer, writer.length - before, meta);
  return writer.take();
}

/** Wraps a message that was encoded before. */
export function wrapProtobuf(message: Uint8Array, meta: TypeMeta): Uint8Array {
  const writer = emptyWriter();
  writeTrailer(writer);
  writer.raw(message);
  writeHeader(writer, message.length, meta);
  return writer.take();
}

/** contentEncoding and contentType, both empty. */
function writeTrailer(w: Writer): void {
  w.string('');
  w.tag(4, BYTES);
  w.string('');
  w.tag(3, BYTES);
}

/** Everything that stands before the message of `length` bytes. */
function writeHeader(w: Writer, length: number, meta: TypeMeta): void {
  w.varint(length);
  w.tag(2, BYTES);
  const before = w.length;
  w.string(meta.kind);
  w.tag(2, BYTES);
  w.string(meta.apiVersion);
  w.tag(1, BYTES);
  w.varint(w.length - before);
  w.tag(1, BYTES);
  w.raw(PROTOBUF_PREFIX);
}

/**
 * A list in chunks, from messages of items that were encoded once: header, then each item's frame and message, then the trailer. `listMeta` is normalised.
 * `lengths` of all items must be known before the first is written; the items are taken one by one.
 */
export function* encodeProtobufList(meta: TypeMeta, listMeta: JsonObject, items: readonly Uint8Array[]): Generator<Uint8Array> {
  let writer = emptyWriter();
  writeMessage(writer, builtinStruct('io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta'), listMeta);
  writer.varint(writer.length);
  writer.tag(1, BYTES);
  const head = writer.take();
  let total = head.length;
  for (const item of items) total += 1 + varintLength(item.length) + item.length;
  writer.raw(head);
  writeHeader(writer, total, meta);
  yield writer.take();
  for (const item of items) {
    writer = emptyWriter();
    writer.varint(item.length);
    writer.tag(2, BYTES);
    yield writer.take();
    yield item;
  }
  writer = emptyWriter();
  writeTrailer(writer);
  yield writer.take();
}

function varintLength(n: number): number {
  let length = 1;
  for (let rest = n; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}

/** Throws ProtobufError in upstream's words. */
export function openProtobuf(bytes: Uint8Array): ProtobufEnvelope {
  if (bytes.length === 0) throw new ProtobufError('empty data');
  if (!hasProtobufPrefix(bytes))
    throw new ProtobufError(`provided data does not appear to be a protobuf message, expected prefix [${[...PROTOBUF_PREFIX].join(' ')}]`);
  if (bytes.length === PROTOBUF_PREFIX.length) throw new ProtobufError('empty body');
  let apiVersion = '';
  let kind = '';
  let raw = new Uint8Array(0);
  for (const r = new Reader(bytes, PROTOBUF_PREFIX.length); !r.done;) {
    const tag = r.varint();
    if (tag === 8 + BYTES) ({ apiVersion, kind } = readTypeMeta(r.message()));
    else if (tag === 16 + BYTES) raw = r.bytes() as Uint8Array<ArrayBuffer>;
    else r.skip(tag % 8);
  }
  return { apiVersion, kind, raw };
}

export function hasProtobufPrefix(bytes: Uint8Array): boolean {
  return PROTOBUF_PREFIX.every((byte, i) => bytes[i] === byte);
}

function readTypeMeta(r: Reader): TypeMeta {
  const meta = { apiVersion: '', kind: '' };
  while (!r.done) {
    const tag = r.varint();
    if (tag === 8 + BYTES) meta.apiVersion = r.string();
    else if (tag === 16 + BYTES) meta.kind = r.string();
    else r.skip(tag % 8);
  }
  return meta;
}

/** Decodes the message of an object (openProtobuf's `raw`) and sets apiVersion and kind where the type has them. Throws ProtobufError. */
export function decodeProtobuf(schema: Struct, raw: Uint8Array, meta?: TypeMeta): Decoded {
  const members = readMessage(new Reader(raw), schema);
  if (meta && schema.fields.has('kind') && schema.fields.get('kind')?.protobuf === undefined) Object.assign(members, meta);
  return decodeObject(schema, members, { owned: 'unfrozen' });
}

/** The bytes of one event of a watch: a length of 4 bytes, big-endian, and metav1.WatchEvent around an enveloped object (encodeProtobuf's or wrapProtobuf's). */
export function encodeProtobufFrame(type: string, object: Uint8Array): Uint8Array {
  const w = emptyWriter();
  w.bytes(object);
  w.tag(1, BYTES);
  w.varint(w.length);
  w.tag(2, BYTES);
  w.string(type);
  w.tag(1, BYTES);
  const { length } = w;
  w.raw(Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length));
  return w.take();
}

/** An event of a watch: the inverse of encodeProtobufFrame, without the 4 bytes of length. */
export function decodeProtobufEvent(frame: Uint8Array): { readonly type: string; readonly object: Uint8Array } {
  let type = '';
  let object = new Uint8Array(0);
  for (const r = new Reader(frame); !r.done;) {
    const tag = r.varint();
    if (tag === 8 + BYTES) type = r.string();
    else if (tag === 16 + BYTES) object = rawOf(r.message()) as Uint8Array<ArrayBuffer>;
    else r.skip(tag % 8);
  }
  return { type, object };
}

function rawOf(r: Reader): Uint8Array {
  let raw = new Uint8Array(0);
  while (!r.done) {
    const tag = r.varint();
    if (tag === 8 + BYTES) raw = r.bytes() as Uint8Array<ArrayBuffer>;
    else r.skip(tag % 8);
  }
  return raw;
}

export { ProtobufError };
