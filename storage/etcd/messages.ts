/** The messages of etcd's API (etcdserverpb/rpc.proto, mvccpb/kv.proto) that the driver sends and reads. Field numbers are etcd's. */
import type { Committed, Conflict, Revision, StoredValue } from '../interface.ts';
import { Encoded, type Message } from './grpc/stream.ts';
import { bytes, int, message, Reader, sizeOfBytes, sizeOfInt, Writer } from './protobuf.ts';

const COMPARE_MOD = 2;
/** What a comparison looks at: the revision of the last change. */
const COMPARE_TARGET = int(2, COMPARE_MOD);
const EVENT_DELETE = 1;
const EMPTY: Uint8Array = new Uint8Array(0);

export interface RangeOptions {
  readonly end?: Uint8Array;
  readonly limit?: number;
  readonly revision?: Revision;
  readonly countOnly?: boolean;
}

export interface KeyValue extends StoredValue {
  readonly createRevision: Revision;
  /** 0: the key does not expire. */
  readonly lease: bigint;
}

export interface RangeResponse {
  readonly revision: Revision;
  readonly items: readonly KeyValue[];
  readonly more: boolean;
  readonly count: number;
}

function range(key: Uint8Array, { end, limit = 0, revision = 0, countOnly = false }: RangeOptions): Uint8Array[] {
  return [bytes(1, key), ...(end ? [bytes(2, end)] : []), int(3, limit), int(4, revision), int(9, countOnly ? 1 : 0)];
}

const request = (...fields: readonly Uint8Array[]): Message => new Encoded(Buffer.concat(fields));

export const rangeRequest = (key: Uint8Array, options: RangeOptions): Message => request(...range(key, options));

/** When the key's revision equals what is expected: a put, or a delete; else a range over the key. */
abstract class ChangeRequest implements Message {
  protected readonly key: Uint8Array;
  protected readonly keySize: number;
  readonly #expected: Revision;
  readonly #compareSize: number;
  readonly #changeSize: number;
  readonly size: number;

  /** `ownSize`: what the change holds beside the key. */
  constructor(key: string, expected: Revision, ownSize: number) {
    this.key = Buffer.from(key);
    this.keySize = sizeOfBytes(this.key.length);
    this.#expected = expected;
    this.#compareSize = COMPARE_TARGET.length + this.keySize + sizeOfInt(expected);
    this.#changeSize = this.keySize + ownSize;
    this.size = sizeOfBytes(this.#compareSize) + sizeOfBytes(sizeOfBytes(this.#changeSize)) + sizeOfBytes(sizeOfBytes(this.keySize));
  }

  /** That of the change among the operations. */
  protected abstract readonly field: number;
  protected abstract writeRest(out: Writer): void;

  write(into: Uint8Array, at: number): void {
    const out = new Writer(into, at);
    out.begin(1, this.#compareSize);
    out.raw(COMPARE_TARGET);
    out.bytes(3, this.key);
    out.int(6, this.#expected);
    out.begin(2, sizeOfBytes(this.#changeSize));
    out.begin(this.field, this.#changeSize);
    out.bytes(1, this.key);
    this.writeRest(out);
    out.begin(3, sizeOfBytes(this.keySize));
    out.begin(1, this.keySize);
    out.bytes(1, this.key);
  }
}

export class PutRequest extends ChangeRequest {
  readonly #value: Uint8Array;
  readonly #lease: Uint8Array;
  protected override readonly field = 2;

  constructor(key: string, value: Uint8Array, expected: Revision, lease: bigint) {
    const leaseField = int(3, lease);
    super(key, expected, sizeOfBytes(value.length) + leaseField.length);
    this.#value = value;
    this.#lease = leaseField;
  }

  protected override writeRest(out: Writer): void {
    out.bytes(2, this.#value);
    out.raw(this.#lease);
  }
}

export class DeleteRequest extends ChangeRequest {
  protected override readonly field = 3;

  constructor(key: string, expected: Revision) {
    super(key, expected, 0);
  }

  protected override writeRest(): void {
    // The key is all.
  }
}

/** A put without a condition. */
export const plainPutRequest = (key: string, value: Uint8Array): Message => request(bytes(1, Buffer.from(key)), bytes(2, value));
export const compactRequest = (revision: Revision): Message => request(int(1, revision));
export const leaseGrantRequest = (seconds: number): Message => request(int(1, seconds));
export const timeToLiveRequest = (lease: bigint): Message => request(int(1, lease));
export const authenticateRequest = (name: string, password: string): Message => request(bytes(1, Buffer.from(name)), bytes(2, Buffer.from(password)));
export const emptyRequest = (): Message => request();
export const watchProgressRequest = (): Message => request(message(3));

export interface WatchOptions {
  readonly key: Uint8Array;
  readonly end: Uint8Array;
  readonly start: Revision;
  /** Events tell what was replaced. */
  readonly previous: boolean;
}

export const watchCreateRequest = ({ key, end, start, previous }: WatchOptions): Message => request(message(1, bytes(1, key), bytes(2, end), int(3, start), int(6, previous ? 1 : 0)));

function readHeader(reader: Reader): Revision {
  while (reader.next()) if (reader.field === 3) return reader.int;
  return 0;
}

/** Whose bytes a value is: a copy of what was received, unless somebody has the same. */
type ValueOf = (key: string, revision: Revision, value: Uint8Array) => Uint8Array;

const copy: ValueOf = (_key, _revision, value) => new Uint8Array(value);

function readKeyValue(reader: Reader, valueOf: ValueOf = copy): KeyValue {
  let key = '';
  let value = EMPTY;
  let revision = 0;
  let createRevision = 0;
  let lease = 0n;
  while (reader.next()) {
    if (reader.field === 1) key = reader.text;
    else if (reader.field === 2) createRevision = reader.int;
    else if (reader.field === 3) revision = reader.int;
    else if (reader.field === 5) value = reader.bytes;
    else if (reader.field === 6) lease = reader.bigint;
  }
  return { key, value: valueOf(key, revision, value), revision, createRevision, lease };
}

export const readRangeResponse = (response: Uint8Array): RangeResponse => rangeResponseOf(new Reader(response));

function rangeResponseOf(reader: Reader): RangeResponse {
  const items: KeyValue[] = [];
  let revision = 0;
  let more = false;
  let count = 0;
  while (reader.next()) {
    if (reader.field === 1) revision = readHeader(reader.message);
    else if (reader.field === 2) items.push(readKeyValue(reader.message));
    else if (reader.field === 3) more = reader.int === 1;
    else if (reader.field === 4) count = reader.int;
  }
  return { revision, items, more, count };
}

export function readTxnResponse(response: Uint8Array): Committed | Conflict {
  let revision = 0;
  let committed = false;
  let current: StoredValue | undefined;
  for (const reader = new Reader(response); reader.next();) {
    if (reader.field === 1) revision = readHeader(reader.message);
    else if (reader.field === 2) committed = reader.int === 1;
    // What the range of the failed branch found.
    else if (reader.field === 3) current = readRangeOp(reader.message);
  }
  if (committed) return { committed, revision };
  return current ? { committed: false, current } : { committed: false };
}

function readRangeOp(reader: Reader): StoredValue | undefined {
  while (reader.next()) {
    if (reader.field !== 1) continue;
    const [item] = rangeResponseOf(reader.message).items;
    return item && stored(item);
  }
  return undefined;
}

export function stored({ key, value, revision }: KeyValue): StoredValue {
  return { key, value, revision };
}

/** The second field of a response: a lease's id. */
export function readLeaseId(response: Uint8Array): bigint {
  for (const reader = new Reader(response); reader.next();) if (reader.field === 2) return reader.bigint;
  throw new Error('the granted lease has no id');
}

/** The second field of a response as text: the server's version, or a token. */
export function readText(response: Uint8Array): string {
  for (const reader = new Reader(response); reader.next();) if (reader.field === 2) return reader.text;
  return '';
}

/** The seconds that a lease has left; undefined: it has ended, or never was. */
export function readTimeToLive(response: Uint8Array): number | undefined {
  for (const reader = new Reader(response); reader.next();) if (reader.field === 3) return reader.int < 2 ** 32 ? reader.int : undefined;
  return undefined;
}

export interface WatchResponse {
  /** With no events: everything up to here has been sent. */
  readonly revision: Revision;
  readonly created: boolean;
  readonly canceled: boolean;
  readonly compactRevision: Revision;
  readonly cancelReason: string;
  readonly events: readonly EtcdEvent[];
}

export interface EtcdEvent {
  readonly key: string;
  readonly revision: Revision;
  readonly createRevision: Revision;
  /** Absent: the key was deleted. */
  readonly value: Uint8Array | undefined;
  readonly previous: StoredValue | undefined;
}

/** etcd had compacted what this event replaced. */
export const isPreviousLost = ({ previous, value, createRevision, revision }: EtcdEvent): boolean => !previous && (value === undefined || createRevision !== revision);

export function readWatchResponse(response: Uint8Array, valueOf?: ValueOf): WatchResponse {
  const read = { revision: 0, created: false, canceled: false, compactRevision: 0, cancelReason: '', events: [] as EtcdEvent[] };
  for (const reader = new Reader(response); reader.next();) {
    if (reader.field === 11) read.events.push(readEvent(reader.message, valueOf));
    else if (reader.field === 1) read.revision = readHeader(reader.message);
    else if (reader.field === 3) read.created = reader.int === 1;
    else if (reader.field === 4) read.canceled = reader.int === 1;
    else if (reader.field === 5) read.compactRevision = reader.int;
    else if (reader.field === 6) read.cancelReason = reader.text;
  }
  return read;
}

function readEvent(reader: Reader, valueOf?: ValueOf): EtcdEvent {
  let isDelete = false;
  let now: KeyValue | undefined;
  let previous: KeyValue | undefined;
  while (reader.next()) {
    if (reader.field === 1) isDelete = reader.int === EVENT_DELETE;
    else if (reader.field === 2) now = readKeyValue(reader.message, isDelete ? undefined : valueOf);
    else if (reader.field === 3) previous = readKeyValue(reader.message);
  }
  if (!now) throw new Error('an event has no key');
  const { key, revision, value, createRevision } = now;
  return { key, revision, createRevision, value: isDelete ? undefined : value, previous: previous && stored(previous) };
}
