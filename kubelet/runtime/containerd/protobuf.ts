/** Protocol buffers of CRI: messages as plain objects, by the tables of cri.gen.ts. Enums are their names; an integer beyond 2^53 is a bigint; what is unset or zero is not written. */
import { ENUMS, MESSAGES } from './cri.gen.ts';

export type Message = { readonly [field: string]: unknown };

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const VARINT_TYPES = new Set(['int32', 'int64', 'uint32', 'uint64', 'bool']);
const isEnum = (type: string): boolean => type in ENUMS;
const isVarint = (type: string): boolean => VARINT_TYPES.has(type) || isEnum(type);

class Writer {
  readonly #bytes: number[] = [];

  varint(value: bigint): void {
    let rest = BigInt.asUintN(64, value);
    while (rest > 0x7fn) {
      this.#bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.#bytes.push(Number(rest));
  }

  tag(number: number, wire: number): void {
    this.varint(BigInt(number * 8 + wire));
  }

  chunk(number: number, bytes: Uint8Array): void {
    this.tag(number, BYTES);
    this.varint(BigInt(bytes.length));
    for (const b of bytes) this.#bytes.push(b);
  }

  double(number: number, value: number): void {
    this.tag(number, FIXED64);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value, true);
    this.#bytes.push(...bytes);
  }

  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

function toInteger(type: string, value: unknown): bigint {
  if (typeof value === 'string') {
    const number = ENUMS[type]?.[value];
    if (number === undefined) throw new Error(`${value} is no ${type}`);
    return BigInt(number);
  }
  return BigInt(value as number | bigint | boolean);
}

function fieldsOf(message: string): (typeof MESSAGES)[string] {
  const fields = MESSAGES[message];
  if (!fields) throw new Error(`there is no message ${message}`);
  return fields;
}

export function encode(message: string, value: Message): Uint8Array {
  const writer = new Writer();
  for (const [name, number, type] of fieldsOf(message)) {
    const field = value[name];
    if (field !== undefined && field !== null) encodeField(writer, number, type, field);
  }
  return writer.finish();
}

function encodeField(writer: Writer, number: number, type: string, field: unknown): void {
  if (type.startsWith('map<')) {
    for (const [key, value] of Object.entries(field as Record<string, string>)) writer.chunk(number, pair(key, value));
  } else if (type.endsWith('[]')) {
    const [item, list] = [type.slice(0, -2), field as readonly unknown[]];
    if (isVarint(item)) {
      const packed = new Writer();
      for (const value of list) packed.varint(toInteger(item, value));
      if (list.length > 0) writer.chunk(number, packed.finish());
    } else for (const value of list) encodeOne(writer, number, item, value, true);
  } else encodeOne(writer, number, type, field, false);
}

function pair(key: string, value: string): Uint8Array {
  const writer = new Writer();
  writer.chunk(1, encoder.encode(key));
  writer.chunk(2, encoder.encode(value));
  return writer.finish();
}

/** `always`: elements of a list are written even when they are empty. */
function encodeOne(writer: Writer, number: number, type: string, value: unknown, always: boolean): void {
  if (isVarint(type)) {
    const integer = toInteger(type, value);
    if (integer === 0n && !always) return;
    writer.tag(number, VARINT);
    writer.varint(integer);
  } else if (type === 'double') writer.double(number, value as number);
  else if (type === 'string' || type === 'bytes') {
    const bytes = type === 'string' ? encoder.encode(value as string) : (value as Uint8Array);
    if (bytes.length > 0 || always) writer.chunk(number, bytes);
  } else writer.chunk(number, encode(type, value as Message));
}

class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  varint(): bigint {
    let [value, shift] = [0n, 0n];
    for (;;) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new Error('the message is cut off');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
      shift += 7n;
    }
  }

  chunk(length = Number(this.varint())): Uint8Array {
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    if (bytes.length < length) throw new Error('the message is cut off');
    this.#at += length;
    return bytes;
  }

  skip(wire: number): void {
    if (wire === VARINT) this.varint();
    else if (wire === FIXED64) this.chunk(8);
    else if (wire === FIXED32) this.chunk(4);
    else this.chunk();
  }
}

function fromInteger(type: string, raw: bigint): unknown {
  if (type === 'bool') return raw !== 0n;
  const signed = type === 'uint64' || type === 'uint32' ? raw : BigInt.asIntN(64, raw);
  const values = ENUMS[type];
  if (values) return Object.entries(values).find(([, n]) => BigInt(n) === signed)?.[0] ?? Number(signed);
  return signed >= -(2n ** 53n) && signed <= 2n ** 53n ? Number(signed) : signed;
}

/** Every field has a value: lists and maps are empty, scalars zero; absent messages are undefined. Unknown fields are passed over. */
export function decode(message: string, bytes: Uint8Array): Message {
  const fields = fieldsOf(message);
  const out: Record<string, unknown> = {};
  for (const [name, , type] of fields) out[name] = emptyOf(type);
  const reader = new Reader(bytes);
  while (!reader.done) {
    const tag = Number(reader.varint());
    const [number, wire] = [tag >> 3, tag & 7];
    const field = fields.find((f) => f[1] === number);
    if (!field) reader.skip(wire);
    else decodeField(reader, wire, field[2], out, field[0]);
  }
  return out;
}

function emptyOf(type: string): unknown {
  if (type.endsWith('[]')) return [];
  if (type.startsWith('map<')) return {};
  if (type === 'string') return '';
  if (type === 'bytes') return new Uint8Array(0);
  if (type === 'double') return 0;
  return isVarint(type) ? fromInteger(type, 0n) : undefined;
}

function decodeField(reader: Reader, wire: number, type: string, out: Record<string, unknown>, name: string): void {
  if (type.startsWith('map<')) {
    const [key, value] = readPair(new Reader(reader.chunk()));
    (out[name] as Record<string, string>)[key] = value;
  } else if (type.endsWith('[]')) {
    const item = type.slice(0, -2);
    const list = out[name] as unknown[];
    if (isVarint(item) && wire === BYTES) for (const packed = new Reader(reader.chunk()); !packed.done; ) list.push(fromInteger(item, packed.varint()));
    else list.push(decodeOne(reader, item));
  } else out[name] = decodeOne(reader, type);
}

function decodeOne(reader: Reader, type: string): unknown {
  if (isVarint(type)) return fromInteger(type, reader.varint());
  if (type === 'double') {
    const bytes = reader.chunk(8);
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getFloat64(0, true);
  }
  const bytes = reader.chunk();
  return type === 'string' ? decoder.decode(bytes) : type === 'bytes' ? bytes.slice() : decode(type, bytes);
}

function readPair(reader: Reader): [string, string] {
  let [key, value] = ['', ''];
  while (!reader.done) {
    const number = Number(reader.varint()) >> 3;
    const text = decoder.decode(reader.chunk());
    if (number === 1) key = text;
    else value = text;
  }
  return [key, value];
}
