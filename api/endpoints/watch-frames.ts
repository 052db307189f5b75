/** How a watch event travels: a JSON line, a length-delimited protobuf message, or the frozen object itself. */
import type { StatusError } from '../../apimachinery/errors.ts';
import type { WatchEvent } from '../../apimachinery/http.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { encodeJson } from '../../apimachinery/serializer/json.ts';
import { canonical } from '../../registry/generic/canonical.ts';
import { encodeProtobufFrame } from '../../apimachinery/serializer/protobuf/envelope.ts';
import type { BookmarkEvent, CachedEvent, ChangeEvent, Form } from '../../storage/cacher/interface.ts';
import type { Answer } from './accept.ts';
import { isPlainJson, isPlainProtobuf } from './answer.ts';
import { encodeWatchEvent } from './encode.ts';
import { jsonOf, objectIn, partialMetadata } from './forms.ts';
import { protobufOf } from './protobuf.ts';
import type { Scope } from './scope.ts';
import { tableOf, tableOptions } from './table.ts';

type Events = AsyncIterable<readonly CachedEvent[] | StatusError>;
const encoder = new TextEncoder();
const HEADS = { ADDED: encoder.encode('{"type":"ADDED","object":'), MODIFIED: encoder.encode('{"type":"MODIFIED","object":'), DELETED: encoder.encode('{"type":"DELETED","object":') } as const;
const CLOSE = 0x7d;
const NEWLINE = 0x0a;
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** So many events of what happened before the watch are chunks of their own, as upstream writes them; a client may count on seeing one after the other. */
const APART = 16;

/** One chunk a batch; a short first one event by event. */
export async function* encodeEvents(scope: Scope, answer: Answer, events: Events): AsyncGenerator<Uint8Array> {
  const encode = encoderOf(scope, answer);
  let isFirst = true;
  for await (const batch of events) {
    if (!isBatch(batch)) {
      yield errorFrame(batch, answer);
      return;
    }
    const frames: Uint8Array[] = [];
    for (const event of batch) {
      const frame = encode(event);
      frames.push(frame instanceof Promise ? await frame : frame);
    }
    if (frames.length === 1 || (isFirst && frames.length <= APART)) yield* frames;
    else yield concat(frames);
    isFirst = false;
  }
}

const isBatch = (value: readonly CachedEvent[] | StatusError): value is readonly CachedEvent[] => Array.isArray(value);

export async function* objectEvents(scope: Scope, events: Events): AsyncGenerator<readonly WatchEvent[]> {
  for await (const batch of events) {
    if (!isBatch(batch)) {
      yield [{ type: 'ERROR', object: batch.toStatus() as unknown as Obj }];
      return;
    }
    const out: WatchEvent[] = [];
    for (const event of batch) out.push({ type: event.type, object: (event.type === 'BOOKMARK' ? bookmark(scope, event) : await objectIn(scope.definition, scope.version, event.record)) as Obj });
    yield out;
  }
}

type EncodeEvent = (event: CachedEvent) => Uint8Array | Promise<Uint8Array>;

function encoderOf(scope: Scope, answer: Answer): EncodeEvent {
  if (isPlainJson({ ...answer, pretty: false })) {
    const form = jsonFrame(scope);
    return (event) => (event.type === 'BOOKMARK' ? jsonLine('BOOKMARK', encodeJson(bookmark(scope, event))) : event.frame(form));
  }
  if (isPlainProtobuf(answer)) {
    const form = protobufFrame(scope);
    return (event) => (event.type === 'BOOKMARK' ? encodeWatchEvent('BOOKMARK', bookmark(scope, event), answer, scope.version) : event.frame(form));
  }
  return convertedEncoder(scope, answer);
}

/** Shared by all watchers of this version. */
function jsonFrame(scope: Scope): Form<ChangeEvent> {
  const { definition, version } = scope;
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
  const head = HEADS[type];
  const out = new Uint8Array(head.length + object.length + 2);
  out.set(head);
  out.set(object, head.length);
  out[out.length - 2] = CLOSE;
  out[out.length - 1] = NEWLINE;
  return out;
}

const jsonLine = (type: string, object: string): Uint8Array => encoder.encode(`{"type":"${type}","object":${object}}\n`);

/** Metadata, tables, protobuf. Only the first table of a watch has columns. */
function convertedEncoder(scope: Scope, answer: Answer): EncodeEvent {
  const { version, definition } = scope;
  const options = answer.as?.kind === 'Table' ? tableOptions(scope.request, answer.as.version) : undefined;
  let headers = options ? !options.noHeaders : false;
  const shape = (object: DeepReadonly<Obj>): Obj => {
    if (!answer.as) return object as Obj;
    if (!options) return partialMetadata(object, answer.as.version, version.internalAnnotations);
    const table = tableOf(version.columns, [object], { resourceVersion: object.metadata.resourceVersion }, { ...options, noHeaders: !headers, without: version.internalAnnotations }, scope.ctx.clock.now());
    headers = false;
    return table;
  };
  return async (event) => {
    const object = event.type === 'BOOKMARK' ? (bookmark(scope, event) as DeepReadonly<Obj>) : await objectIn(definition, version, event.record);
    return encodeWatchEvent(event.type, shape(object), answer, version);
  };
}

function bookmark(scope: Scope, event: BookmarkEvent): Obj {
  const { gvk, schema } = scope.version;
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
