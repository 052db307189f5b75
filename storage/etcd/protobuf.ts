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

/** Reads the fields of one message. Unknown fields are skipped by not asking for their values. */
export class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #end = 0;
  /** Number of the current field. */
  field = 0;
  /** The value of a varint field; exact below 2^53. */
  int = 0;
  /** Where a varint field's value begins. */
  #intAt = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Moves to the next field; false at the end. Throws on what is no protobuf. */
  next(): boolean {
    if (this.#at >= this.#bytes.length) return false;
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
    return this.#bytes.subarray(this.#end - this.#length, this.#end);
  }

  get text(): string {
    return new TextDecoder().decode(this.bytes);
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
    this.#end = this.#at;
    if (this.#end > this.#bytes.length) throw new Error('the message ends in the middle of a field');
    return true;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new Error('the message ends in the middle of a number');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
}
