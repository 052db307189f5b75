/** The messages of etcd's API (etcdserverpb/rpc.proto, mvccpb/kv.proto) that the driver sends and reads. Field numbers are etcd's. */
import type { Revision, StorageEvent, StoredValue } from '../interface.ts';
import { bytes, int, message, Reader } from './protobuf.ts';

const COMPARE_MOD = 2;
const EVENT_DELETE = 1;
const decoder = new TextDecoder();

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

export interface TxnResponse {
  readonly revision: Revision;
  readonly succeeded: boolean;
  /** What the range of the failed branch found. */
  readonly current?: StoredValue;
}

function range(key: Uint8Array, { end, limit = 0, revision = 0, countOnly = false }: RangeOptions = {}): Uint8Array[] {
  return [bytes(1, key), ...(end ? [bytes(2, end)] : []), int(3, limit), int(4, revision), int(9, countOnly ? 1 : 0)];
}

export function rangeRequest(key: Uint8Array, options?: RangeOptions): Buffer {
  return Buffer.concat(range(key, options));
}

/** When the key's revision equals `expected`: `change`; else a range over the key. */
function changeRequest(key: Uint8Array, expected: Revision, change: Buffer): Buffer {
  const compare = message(1, int(2, COMPARE_MOD), bytes(3, key), int(6, expected));
  return Buffer.concat([compare, message(2, change), message(3, message(1, ...range(key)))]);
}

export function putRequest(key: Uint8Array, value: Uint8Array, expected: Revision, lease: bigint): Buffer {
  return changeRequest(key, expected, message(2, bytes(1, key), bytes(2, value), int(3, lease)));
}

export function deleteRequest(key: Uint8Array, expected: Revision): Buffer {
  return changeRequest(key, expected, message(3, bytes(1, key)));
}

/** A put without a condition. */
export function plainPutRequest(key: Uint8Array, value: Uint8Array): Buffer {
  return Buffer.concat([bytes(1, key), bytes(2, value)]);
}

export const compactRequest = (revision: Revision): Buffer => int(1, revision);
export const leaseGrantRequest = (seconds: number): Buffer => int(1, seconds);
export const timeToLiveRequest = (lease: bigint): Buffer => int(1, lease);
export const authenticateRequest = (name: string, password: string): Buffer =>
  Buffer.concat([bytes(1, Buffer.from(name)), bytes(2, Buffer.from(password))]);
export const emptyRequest = (): Buffer => Buffer.alloc(0);
export const watchProgressRequest = (): Buffer => message(3);

export function watchCreateRequest(key: Uint8Array, end: Uint8Array, start: Revision): Buffer {
  return message(1, bytes(1, key), bytes(2, end), int(3, start), int(6, 1));
}

function readHeader(header: Uint8Array): Revision {
  for (const reader = new Reader(header); reader.next();) if (reader.field === 3) return reader.int;
  return 0;
}

function readKeyValue(kv: Uint8Array): KeyValue {
  let key = '';
  let value: Uint8Array = new Uint8Array(0);
  let revision = 0;
  let createRevision = 0;
  let lease = 0n;
  for (const reader = new Reader(kv); reader.next();) {
    if (reader.field === 1) key = decoder.decode(reader.bytes);
    else if (reader.field === 2) createRevision = reader.int;
    else if (reader.field === 3) revision = reader.int;
    else if (reader.field === 5) value = plain(reader.bytes);
    else if (reader.field === 6) lease = reader.bigint;
  }
  return { key, value, revision, createRevision, lease };
}

/** A Uint8Array that is no Buffer. */
function plain(view: Uint8Array): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.length);
}

export function readRangeResponse(response: Uint8Array): RangeResponse {
  const items: KeyValue[] = [];
  let revision = 0;
  let more = false;
  let count = 0;
  for (const reader = new Reader(response); reader.next();) {
    if (reader.field === 1) revision = readHeader(reader.bytes);
    else if (reader.field === 2) items.push(readKeyValue(reader.bytes));
    else if (reader.field === 3) more = reader.int === 1;
    else if (reader.field === 4) count = reader.int;
  }
  return { revision, items, more, count };
}

export function readTxnResponse(response: Uint8Array): TxnResponse {
  let revision = 0;
  let succeeded = false;
  let current: StoredValue | undefined;
  for (const reader = new Reader(response); reader.next();) {
    if (reader.field === 1) revision = readHeader(reader.bytes);
    else if (reader.field === 2) succeeded = reader.int === 1;
    else if (reader.field === 3) current = readRangeOp(reader.bytes);
  }
  return current ? { revision, succeeded, current } : { revision, succeeded };
}

function readRangeOp(op: Uint8Array): StoredValue | undefined {
  for (const reader = new Reader(op); reader.next();) {
    if (reader.field !== 1) continue;
    const [item] = readRangeResponse(reader.bytes).items;
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

export interface EtcdEvent extends StorageEvent {
  /** etcd had compacted what this event replaced. */
  readonly isPreviousLost: boolean;
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

export function readWatchResponse(response: Uint8Array): WatchResponse {
  const read = { revision: 0, created: false, canceled: false, compactRevision: 0, cancelReason: '', events: [] as EtcdEvent[] };
  for (const reader = new Reader(response); reader.next();) {
    if (reader.field === 1) read.revision = readHeader(reader.bytes);
    else if (reader.field === 3) read.created = reader.int === 1;
    else if (reader.field === 4) read.canceled = reader.int === 1;
    else if (reader.field === 5) read.compactRevision = reader.int;
    else if (reader.field === 6) read.cancelReason = reader.text;
    else if (reader.field === 11) read.events.push(readEvent(reader.bytes));
  }
  return read;
}

function readEvent(event: Uint8Array): EtcdEvent {
  let isDelete = false;
  let now: KeyValue | undefined;
  let previous: KeyValue | undefined;
  for (const reader = new Reader(event); reader.next();) {
    if (reader.field === 1) isDelete = reader.int === EVENT_DELETE;
    else if (reader.field === 2) now = readKeyValue(reader.bytes);
    else if (reader.field === 3) previous = readKeyValue(reader.bytes);
  }
  if (!now) throw new Error('an event has no key');
  const { key, revision, value, createRevision } = now;
  const isPreviousLost = !previous && (isDelete || createRevision !== revision);
  return { key, revision, isPreviousLost, ...(!isDelete && { value }), ...(previous && { previous: stored(previous) }) };
}
