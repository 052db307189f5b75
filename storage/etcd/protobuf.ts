/** Just enough of the protobuf wire format for etcd's messages: varints and length-delimited fields. */

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

function varint(value: number | bigint): number[] {
  const out: number[] = [];
  let rest = BigInt(value);
  while (rest > 127n) {
    out.push(Number(rest & 127n) | 128);
    rest >>= 7n;
  }
  out.push(Number(rest));
  return out;
}

function smallVarint(value: number): number[] {
  if (value > 0x7fffffff) return varint(value);
  const out: number[] = [];
  let rest = value;
  while (rest > 127) {
    out.push((rest & 127) | 128);
    rest >>>= 7;
  }
  out.push(rest);
  return out;
}

/** One field; empty when the value is the default, which is not sent. */
export function int(field: number, value: number | bigint): Buffer {
  if (value === 0 || value === 0n) return Buffer.alloc(0);
  return Buffer.from([(field << 3) | VARINT, ...(typeof value === 'bigint' ? varint(value) : smallVarint(value))]);
}

export function bytes(field: number, value: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | BYTES, ...smallVarint(value.length)]), value]);
}

export function message(field: number, ...parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return Buffer.concat([Buffer.from([(field << 3) | BYTES, ...smallVarint(length)]), ...parts]);
}

/** How many bytes a number takes; it is below 2^53. */
export function sizeOfVarint(value: number): number {
  let size = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) size++;
  return size;
}

/** A field of so many bytes, with its tag (of one byte) and its length. */
export const sizeOfBytes = (length: number): number => 1 + sizeOfVarint(length) + length;
/** A number's field; 0 is not sent. */
export const sizeOfInt = (value: number): number => (value === 0 ? 0 : 1 + sizeOfVarint(value));

/** Writes fields to where they are sent from; their sizes are known before. Numbers of fields are below 16. */
export class Writer {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  int(field: number, value: number): void {
    if (value === 0) return;
    this.#bytes[this.#at++] = (field << 3) | VARINT;
    this.#varint(value);
  }

  bytes(field: number, value: Uint8Array): void {
    this.begin(field, value.length);
    this.raw(value);
  }

  /** Fields that are written already. */
  raw(value: Uint8Array): void {
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
  }

  /** A message of so many bytes follows. */
  begin(field: number, length: number): void {
    this.#bytes[this.#at++] = (field << 3) | BYTES;
    this.#varint(length);
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) this.#bytes[this.#at++] = (rest % 128) | 128;
    this.#bytes[this.#at++] = rest;
  }
}

const decoder = new TextDecoder();

/** Reads the fields of one message. Unknown fields are skipped by not asking for their values. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at: number;
  readonly #limit: number;
  /** Number of the current field. */
  field = 0;
  /** The value of a varint field; exact below 2^53. */
  int = 0;
  /** Where a varint field's value begins. */
  #intAt = 0;

  /** The message is all of the bytes, or those between. */
  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#limit = end;
  }

  /** Moves to the next field; false at the end. Throws on what is no protobuf. */
  next(): boolean {
    if (this.#at >= this.#limit) return false;
    const tag = this.#varint();
    this.field = tag >>> 3;
    this.#intAt = this.#at;
    switch (tag & 7) {
      case VARINT:
        this.int = this.#varint();
        return true;
      case BYTES:
        return this.#enter(this.#varint());
      case FIXED64:
        return this.#enter(8);
      case FIXED32:
        return this.#enter(4);
      default:
        throw new Error(`wire type ${tag & 7} is not known`);
    }
  }

  /** The bytes of a length-delimited field: a view. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(this.#at - this.#length, this.#at);
  }

  /** A length-delimited field as a message. */
  get message(): Reader {
    return new Reader(this.#bytes, this.#at - this.#length, this.#at);
  }

  get text(): string {
    return decoder.decode(this.bytes);
  }

  /** A varint field's value, exact up to 64 bits. */
  get bigint(): bigint {
    let value = 0n;
    for (let i = this.#intAt, shift = 0n; i < this.#at; i++, shift += 7n) value |= BigInt((this.#bytes[i] as number) & 127) << shift;
    return value;
  }

  #length = 0;

  #enter(length: number): boolean {
    this.#length = length;
    this.#at += length;
    if (this.#at > this.#limit) throw new Error('the message ends in the middle of a field');
    return true;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined || this.#at > this.#limit) throw new Error('the message ends in the middle of a number');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
}
