/** Writes a list from cached bytes, chunk by chunk: it never becomes one string. */
import type { ApiResponse, MaybePromise, ReusableChunks } from '../../apimachinery/http.ts';
import { apiVersionOf } from '../../apimachinery/meta.ts';
import { copyBytes } from '../../component-base/copy-bytes.ts';
import type { CachedRecord } from '../../storage/cacher/interface.ts';
import { jsonOfAll } from './converted-records.ts';
import { isStored, jsonOf } from './forms.ts';
import type { Scope } from './scope.ts';
import type { ListMetaPart } from './table.ts';

/** Large enough that what a chunk costs does not count beside its bytes; small enough that nobody waits for one. */
const CHUNK = 256 * 1024;
/** Shorter lists are one piece of known length. */
const SHORT = 64 * 1024;
const encoder = new TextEncoder();
const OPEN = 0x7b;
const COMMA = 0x2c;
const SPACE = 0x20;
const END = encoder.encode(']}\n');
const HEADERS = { 'Content-Type': 'application/json' } as const;

/** Small lists are one chunk of known length; others stream. */
export async function streamList(scope: Scope, records: readonly CachedRecord[], meta: ListMetaPart): Promise<ApiResponse> {
  const head = encoder.encode(`{"kind":${JSON.stringify(scope.version.listKind)},"apiVersion":${JSON.stringify(apiVersionOf(scope.version.gvk))},"metadata":${JSON.stringify(listMetadata(scope, meta))},"items":[`);
  const stored = isStored(scope.definition, scope.version);
  const length = stored ? lengthOf(head, records) : undefined;
  if (length !== undefined && length <= SHORT) return { status: 200, headers: HEADERS, body: { kind: 'bytes', bytes: whole(head, records, length) } };
  const chunks = stored ? new ListChunks(head, records) : convertedChunks(head, scope.definition.validates === 'requested' ? 1 : prefixLength(scope), await convertedItems(scope, records));
  return { status: 200, headers: HEADERS, body: { kind: 'stream', chunks, ...(length !== undefined && { length }) } };
}

/** Lists of custom resources always say whether they go on. */
export const listMetadata = ({ definition }: Pick<Scope, 'definition'>, meta: ListMetaPart): ListMetaPart => (definition.validates === 'requested' ? { continue: '', ...meta } : meta);

/** Each item is `{` and the bytes from itemStart on; commas between. */
function lengthOf(head: Uint8Array, records: readonly CachedRecord[]): number {
  let length = head.length + END.length + Math.max(0, records.length - 1);
  for (const r of records) length += 1 + r.bytes.length - r.itemStart;
  return length;
}

function whole(head: Uint8Array, records: readonly CachedRecord[], length: number): Uint8Array {
  const out = new Uint8Array(length);
  out.set(head);
  let at = head.length;
  for (const [i, record] of records.entries()) at = putItem(out, at, record, i > 0);
  out.set(END, at);
  return out;
}

function putItem(out: Uint8Array, start: number, record: CachedRecord, comma: boolean): number {
  let at = start;
  if (comma) out[at++] = COMMA;
  out[at++] = OPEN;
  const item = record.bytes.subarray(record.itemStart);
  copyBytes(item, out, at);
  return at + item.length;
}

/** A list of records as pieces of up to CHUNK bytes, a larger item alone. `head`: up to the bracket of the items. */
export class ListChunks implements ReusableChunks {
  readonly #head: Uint8Array;
  readonly #records: readonly CachedRecord[];

  constructor(head: Uint8Array, records: readonly CachedRecord[]) {
    this.#head = head;
    this.#records = records;
  }

  [Symbol.iterator](): Iterator<Uint8Array, void> {
    return this.#pieces((size) => new Uint8Array(size));
  }

  into(buffer: Uint8Array): Iterator<Uint8Array, void> {
    return this.#pieces((size) => (size > buffer.length ? new Uint8Array(size) : buffer));
  }

  /** `room` gives at least so many bytes. */
  *#pieces(room: (size: number) => Uint8Array): Generator<Uint8Array, void> {
    let out = room(CHUNK);
    out.set(this.#head);
    let at = this.#head.length;
    for (let i = 0; i < this.#records.length; i++) {
      const record = this.#records[i] as CachedRecord;
      const length = record.bytes.length - record.itemStart + 2;
      if (at + length > out.length) {
        yield out.subarray(0, at);
        out = room(Math.max(length, CHUNK));
        at = 0;
      }
      at = putItem(out, at, record, i > 0);
    }
    if (at + END.length > out.length) {
      yield out.subarray(0, at);
      out = room(CHUNK);
      at = 0;
    }
    out.set(END, at);
    yield out.subarray(0, at + END.length);
  }
}

/** Another version than the stored one: made on demand and kept with the record. Where conversion may fail, all of it is done before the answer begins. */
async function convertedItems({ definition, version }: Scope, records: readonly CachedRecord[]): Promise<Iterable<MaybePromise<Uint8Array>>> {
  return definition.convertsOnRead ? jsonOfAll(definition, version, records) : itemByItem(definition, version, records);
}

function* itemByItem(definition: Scope['definition'], version: Scope['version'], records: readonly CachedRecord[]): Generator<MaybePromise<Uint8Array>> {
  for (const record of records) yield jsonOf(definition, version, record);
}

/** `start`: where in its JSON what stands behind an item's brace begins. */
async function* convertedChunks(head: Uint8Array, start: number, items: Iterable<MaybePromise<Uint8Array>>): AsyncGenerator<Uint8Array> {
  yield head;
  let before: number = SPACE;
  for (const item of items) {
    const bytes = await item;
    const out = new Uint8Array(bytes.length - start + 2);
    out[0] = before;
    out[1] = OPEN;
    out.set(bytes.subarray(start), 2);
    before = COMMA;
    yield out;
  }
  yield END;
}

/** `{"kind":"K","apiVersion":"V",` stands before the metadata of every built-in. */
function prefixLength(scope: Scope): number {
  return encoder.encode(`{"kind":${JSON.stringify(scope.version.gvk.kind)},"apiVersion":${JSON.stringify(apiVersionOf(scope.version.gvk))},`).length;
}
