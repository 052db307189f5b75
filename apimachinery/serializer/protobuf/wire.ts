/** Protobuf's wire format. Neighbours: ./encode.ts and ./decode.ts interpret schemas, ./envelope.ts wraps whole objects. */

/** Thrown for bytes that are no message; the text is upstream's where it has one. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError';
}

export const VARINT = 0;
export const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

const encoder = new TextEncoder();
const INITIAL_SIZE = 1_024;
/** Shorter texts are written unit by unit: calling the encoder costs more. */
const SHORT = 48;

/** Writes from the end towards the front, so that a message's length is known when its tag is written: the last field comes first, of each field the value before the tag. */
export class Writer {
  #bytes = new Uint8Array(INITIAL_SIZE);
  #at = INITIAL_SIZE;

  /** Bytes written so far. */
  get length(): number {
    return this.#bytes.length - this.#at;
  }

  /** What was written, as a copy. The writer is then empty and can be used again. */
  take(): Uint8Array {
    const result = this.#bytes.slice(this.#at);
    this.#at = this.#bytes.length;
    return result;
  }

  /** Forgets what an encoding that failed left behind. */
  clear(): void {
    this.#at = this.#bytes.length;
  }

  /** Field number and wire type. */
  tag(number: number, type: number): void {
    this.varint(number * 8 + type);
  }

  /** A non-negative integer below 2^53. */
  varint(n: number): void {
    let size = 1;
    for (let rest = n; rest >= 128; rest = Math.floor(rest / 128)) size++;
    let at = this.#reserve(size);
    let rest = n;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes[at++] = (rest % 128) | 128;
    this.#bytes[at] = rest;
  }

  /** A signed 64-bit integer (ten bytes when negative). */
  int64(n: number | bigint): void {
    if (typeof n === 'number' && n >= 0) {
      this.varint(n);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(n));
    const out: number[] = [];
    for (; rest >= 128n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
    out.push(Number(rest));
    this.raw(Uint8Array.from(out));
  }

  double(n: number): void {
    const at = this.#reserve(8);
    new DataView(this.#bytes.buffer).setFloat64(at, n, true);
  }

  /** Raw bytes without a length. */
  raw(bytes: Uint8Array): void {
    const at = this.#reserve(bytes.length);
    this.#bytes.set(bytes, at);
  }

  bytes(bytes: Uint8Array): void {
    this.raw(bytes);
    this.varint(bytes.length);
  }

  string(text: string): void {
    const { length } = text;
    if (length > SHORT || !this.#ascii(text, length)) this.bytes(encoder.encode(text));
    else this.varint(length);
  }

  /** False (and nothing written): the text is not ASCII. */
  #ascii(text: string, length: number): boolean {
    const at = this.#reserve(length);
    for (let i = 0; i < length; i++) {
      const c = text.charCodeAt(i);
      if (c > 127) {
        this.#at += length;
        return false;
      }
      this.#bytes[at + i] = c;
    }
    return true;
  }

  #reserve(size: number): number {
    if (size > this.#at) this.#grow(size);
    this.#at -= size;
    return this.#at;
  }

  #grow(size: number): void {
    const used = this.length;
    let capacity = this.#bytes.length * 2;
    while (capacity - used < size) capacity *= 2;
    const bytes = new Uint8Array(capacity);
    bytes.set(this.#bytes.subarray(this.#at), capacity - used);
    this.#bytes = bytes;
    this.#at = capacity - used;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const ASCII = Array.from({ length: 128 }, (_, c) => String.fromCharCode(c));

/** Reads a message, or a part of one. */
export class Reader {
  readonly #bytes: Uint8Array;
  readonly #end: number;
  #at: number;

  constructor(bytes: Uint8Array, start = 0, end: number = bytes.length) {
    this.#bytes = bytes;
    this.#at = start;
    this.#end = end;
  }

  get done(): boolean {
    return this.#at >= this.#end;
  }

  /** An unsigned integer that is a tag, a length or a small number. */
  varint(): number {
    let result = 0;
    let scale = 1;
    for (let i = 0; i < 10; i++) {
      const byte = this.#byte();
      result += (byte & 127) * scale;
      if (byte < 128) return result;
      scale *= 128;
    }
    throw new ProtobufError('proto: integer overflow');
  }

  /** A signed 64-bit integer: a bigint when beyond ±2^53. */
  int64(): number | bigint {
    const start = this.#at;
    const n = this.varint();
    if (n <= Number.MAX_SAFE_INTEGER) return n;
    let wide = 0n;
    for (let i = this.#at - 1; i >= start; i--) wide = (wide << 7n) | BigInt((this.#bytes[i] as number) & 127);
    const signed = BigInt.asIntN(64, wide);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }

  int32(): number {
    const n = this.int64();
    return typeof n === 'number' ? n | 0 : Number(BigInt.asIntN(32, n));
  }

  double(): number {
    this.#need(8);
    const value = new DataView(this.#bytes.buffer, this.#bytes.byteOffset).getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  /** A view of a length-delimited value. */
  bytes(): Uint8Array {
    const length = this.varint();
    this.#need(length);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  string(): string {
    const length = this.varint();
    this.#need(length);
    const start = this.#at;
    this.#at += length;
    if (length > SHORT) return decoder.decode(this.#bytes.subarray(start, this.#at));
    let text = '';
    for (let i = start; i < this.#at; i++) {
      const c = this.#bytes[i] as number;
      if (c > 127) return decoder.decode(this.#bytes.subarray(start, this.#at));
      text += ASCII[c] as string;
    }
    return text;
  }

  message(): Reader {
    const length = this.varint();
    this.#need(length);
    this.#at += length;
    return new Reader(this.#bytes, this.#at - length, this.#at);
  }

  skip(wireType: number): void {
    if (wireType === VARINT) this.varint();
    else if (wireType === BYTES) this.bytes();
    else if (wireType === FIXED64 || wireType === FIXED32) {
      const size = wireType === FIXED64 ? 8 : 4;
      this.#need(size);
      this.#at += size;
    } else throw new ProtobufError(wireType === 4 ? 'proto: unexpected end of group' : `proto: illegal wireType ${wireType}`);
  }

  #need(count: number): void {
    if (this.#at + count > this.#end) throw new ProtobufError('unexpected EOF');
  }

  #byte(): number {
    if (this.#at >= this.#end) throw new ProtobufError('unexpected EOF');
    return this.#bytes[this.#at++] as number;
  }
}
