/** A list in protobuf, taken apart into its items' bytes: only the list's own metadata may differ between two servers. */
import { Reader } from '../../../storage/etcd/protobuf.ts';
import type { Json } from './reader.ts';

/** `k8s\0` */
const MAGIC = 4;
/** Of runtime.Unknown. */
const TYPE_META = 1;
const RAW = 2;
/** Of every list, of every object, and of ObjectMeta. */
const METADATA = 1;
const ITEMS = 2;
const NAME = 1;
const NAMESPACE = 3;

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

function field(message: Uint8Array, number: number): Uint8Array {
  const reader = new Reader(message);
  while (reader.next()) if (reader.field === number) return reader.bytes;
  return new Uint8Array(0);
}

function nameOf(item: Uint8Array): string {
  const metadata = field(item, METADATA);
  return `${Buffer.from(field(metadata, NAMESPACE)).toString()}/${Buffer.from(field(metadata, NAME)).toString()}`;
}

/** Items to the byte under their names, their order beside them. Throws when a list has a field that is not known. */
export function comparableProtobuf(bytes: Uint8Array): Json {
  const unknown = bytes.subarray(MAGIC);
  const items: [string, string][] = [];
  const reader = new Reader(field(unknown, RAW));
  while (reader.next()) {
    if (reader.field === ITEMS) items.push([nameOf(reader.bytes), base64(reader.bytes)]);
    else if (reader.field !== METADATA) throw new Error(`a list in protobuf has field ${reader.field}`);
  }
  return { type: base64(field(unknown, TYPE_META)), order: items.map(([name]) => name), ...Object.fromEntries(items) };
}
