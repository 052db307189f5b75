/** How a watch event travels: a JSON line, a length-delimited protobuf message, or the frozen object itself. */
import type { StatusError } from '../../apimachinery/errors.ts';
import type { MaybePromise, WatchEvent } from '../../apimachinery/http.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { copyBytes } from '../../component-base/copy-bytes.ts';
import { Slabs } from '../../component-base/slabs.ts';
import { encodeJson } from '../../apimachinery/serializer/json.ts';
import { canonical } from '../../registry/generic/canonical.ts';
import type { ResourceDefinition, Version } from '../../registry/generic/definition.ts';
import { encodeProtobufFrame } from '../../apimachinery/serializer/protobuf/envelope.ts';
import type { BookmarkEvent, CachedEvent, CachedRecord, ChangeEvent, Form } from '../../storage/cacher/interface.ts';
import type { Answer } from './accept.ts';
import { isPlainJson, isPlainProtobuf } from './answer.ts';
import { jsonOfAll } from './converted-records.ts';
import { encodeWatchEvent } from './encode.ts';
import { isStored, jsonOf, objectIn, partialMetadata } from './forms.ts';
import { protobufOf } from './protobuf.ts';
import type { Scope } from './scope.ts';
import { tableOf, tableOptions } from './table.ts';

type Events = AsyncIterable<readonly CachedEvent[] | StatusError>;
const encoder = new TextEncoder();
const HEADS = { ADDED: encoder.encode('{"type":"ADDED","object":'), MODIFIED: encoder.encode('{"type":"MODIFIED","object":'), DELETED: encoder.encode('{"type":"DELETED","object":') } as const;
/** Frames are told to whoever watches, and forgotten. */
const slabs = new Slabs(32 << 10);
const CLOSE = 0x7d;
const NEWLINE = 0x0a;
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

const isBatch = (value: readonly CachedEvent[] | StatusError): value is readonly CachedEvent[] => Array.isArray(value);

export async function* objectEvents(scope: Scope, events: Events): AsyncGenerator<readonly WatchEvent[]> {
  for await (const batch of events) {
    if (!isBatch(batch)) {
      yield [{ type: 'ERROR', object: batch.toStatus() as unknown as Obj }];
      return;
    }
    if (scope.definition.convertsOnRead) await jsonOfAll(scope.definition, scope.version, recordsOf(batch));
    const out: WatchEvent[] = [];
    for (const event of batch) out.push({ type: event.type, object: (event.type === 'BOOKMARK' ? bookmark(scope.version, event) : await objectIn(scope.definition, scope.version, event.record)) as Obj });
    yield out;
  }
}

type EncodeEvent = (event: CachedEvent) => MaybePromise<Uint8Array>;
/** The frames of a batch as one chunk. */
export type EncodeBatch = (batch: readonly CachedEvent[]) => MaybePromise<Uint8Array>;

const jsonEncoders = new WeakMap<Version, EncodeBatch>();

export function batchEncoder(scope: Scope, answer: Answer): EncodeBatch {
  const encode = encoderFor(scope, answer);
  const { definition, version } = scope;
  return definition.convertsOnRead ? async (batch) => (await jsonOfAll(definition, version, recordsOf(batch)), encode(batch)) : encode;
}

const recordsOf = (batch: readonly CachedEvent[]): readonly CachedRecord[] => batch.flatMap((event) => (event.type === 'BOOKMARK' ? [] : [event.record]));

/** Of plain JSON: one for all watches of a version. */
function encoderFor(scope: Scope, answer: Answer): EncodeBatch {
  if (!isPlainJson({ ...answer, pretty: false })) return eachOf(isPlainProtobuf(answer) ? protobufEncoder(scope, answer) : convertedEncoder(scope, answer));
  let encoder = jsonEncoders.get(scope.version);
  if (!encoder) jsonEncoders.set(scope.version, (encoder = jsonBatchEncoder(scope.definition, scope.version)));
  return encoder;
}

function jsonBatchEncoder(definition: ResourceDefinition, version: Version): EncodeBatch {
  const each = eachOf(jsonEncoder(definition, version));
  const states = isStored(definition, version) ? statesOf(version) : undefined;
  return (batch) => (states && batch.length > 1 && Object.isFrozen(batch) ? states(batch as readonly ChangeEvent[]) : each(batch));
}

/** Event by event. */
function eachOf(encode: EncodeEvent): EncodeBatch {
  return (batch) => {
    if (batch.length === 1) return encode(batch[0] as CachedEvent);
    const frames = batch.map(encode);
    return frames.some((frame) => frame instanceof Promise) ? Promise.all(frames.map((frame) => Promise.resolve(frame))).then(concat) : concat(frames as Uint8Array[]);
  };
}

const knownStates = new WeakMap<Version, (batch: readonly ChangeEvent[]) => Uint8Array>();

/** The current state, written from the records without a frame for each, once for all watches that are told it. */
function statesOf(version: Version): (batch: readonly ChangeEvent[]) => Uint8Array {
  let encode = knownStates.get(version);
  if (!encode) {
    const known = new WeakMap<readonly ChangeEvent[], Uint8Array>();
    encode = (batch) => {
      let bytes = known.get(batch);
      if (!bytes) known.set(batch, (bytes = framesOf(batch)));
      return bytes;
    };
    knownStates.set(version, encode);
  }
  return encode;
}

function jsonEncoder(definition: ResourceDefinition, version: Version): EncodeEvent {
  const form = jsonFrame(definition, version);
  return (event) => (event.type === 'BOOKMARK' ? jsonLine('BOOKMARK', encodeJson(bookmark(version, event))) : event.frame(form));
}

function protobufEncoder(scope: Scope, answer: Answer): EncodeEvent {
  const form = protobufFrame(scope);
  return (event) => (event.type === 'BOOKMARK' ? encodeWatchEvent('BOOKMARK', bookmark(scope.version, event), answer, scope.version) : event.frame(form));
}

/** Shared by all watchers of this version. */
function jsonFrame(definition: ResourceDefinition, version: Version): Form<ChangeEvent> {
  return {
    id: `watch;json;${apiVersionOf(version.gvk)};${definition.epoch}`,
    encode: (event) => {
      const bytes = jsonOf(definition, version, event.record);
      return bytes instanceof Promise ? bytes.then((b) => framed(event.type, b)) : framed(event.type, bytes);
    },
  };
}

function protobufFrame(scope: Scope): Form<ChangeEvent> {
  const { definition, version } = scope;
  return {
    id: `watch;protobuf;${apiVersionOf(version.gvk)};${definition.epoch}`,
    encode: async (event) => encodeProtobufFrame(event.type, await protobufOf(definition, version, event.record)),
  };
}

function framed(type: ChangeEvent['type'], object: Uint8Array): Uint8Array {
  const out = slabs.allocate(frameLength(type, object));
  putFrame(out, 0, type, object);
  return out;
}

function framesOf(events: readonly ChangeEvent[]): Uint8Array {
  let length = 0;
  for (const { type, record } of events) length += frameLength(type, record.bytes);
  const out = new Uint8Array(length);
  let at = 0;
  for (const { type, record } of events) at = putFrame(out, at, type, record.bytes);
  return out;
}

const frameLength = (type: ChangeEvent['type'], object: Uint8Array): number => HEADS[type].length + object.length + 2;

function putFrame(out: Uint8Array, start: number, type: ChangeEvent['type'], object: Uint8Array): number {
  const head = HEADS[type];
  out.set(head, start);
  copyBytes(object, out, start + head.length);
  const end = start + head.length + object.length;
  out[end] = CLOSE;
  out[end + 1] = NEWLINE;
  return end + 2;
}

const jsonLine = (type: string, object: string): Uint8Array => encoder.encode(`{"type":"${type}","object":${object}}\n`);

/** Metadata, tables, protobuf. Only the first table of a watch has columns. */
function convertedEncoder(scope: Scope, answer: Answer): EncodeEvent {
  const { version, definition } = scope;
  const options = answer.as?.kind === 'Table' ? tableOptions(scope.request, answer.as.version) : undefined;
  let headers = options !== undefined;
  const shape = (object: DeepReadonly<Obj>): Obj => {
    if (!answer.as) return object as Obj;
    if (!options) return partialMetadata(object, answer.as.version, version.internalAnnotations);
    const table = tableOf(version.columns, [object], { resourceVersion: object.metadata.resourceVersion }, { ...options, noHeaders: !headers, without: version.internalAnnotations }, scope.ctx.clock.now());
    headers = false;
    return table;
  };
  return async (event) => {
    const object = event.type === 'BOOKMARK' ? (bookmark(scope.version, event) as DeepReadonly<Obj>) : await objectIn(definition, version, event.record);
    return encodeWatchEvent(event.type, shape(object), answer, version);
  };
}

function bookmark({ gvk, schema }: Version, event: BookmarkEvent): Obj {
  const metadata = { resourceVersion: String(event.revision), ...(event.initialEventsEnd && { annotations: { [INITIAL_EVENTS_END]: 'true' } }) };
  return canonical(schema, { kind: gvk.kind, apiVersion: apiVersionOf(gvk), metadata } as unknown as Obj);
}

export function errorFrame(error: StatusError, answer: Answer): Uint8Array {
  const status = error.toStatus() as unknown as Obj;
  return answer.mediaType === 'application/json' ? jsonLine('ERROR', JSON.stringify(status)) : encodeWatchEvent('ERROR', status, answer, undefined);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
