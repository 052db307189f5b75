/** Writes canonical JSON as UTF-8, without making its text first: for objects that are kept or sent as bytes. The output is that of encodeJson in ./json.ts, which this leaves strings to that are long or hold odd characters. */
import { encodeJson, encodeJsonBytes, isIntegerKey, memberNames } from './json.ts';

const [QUOTE, COMMA, COLON, BACKSLASH, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST] = [0x22, 0x2c, 0x3a, 0x5c, 0x7b, 0x7d, 0x5b, 0x5d] as const;
const SIZE = 16 << 10;
/** What is larger is not kept from one value to the next. */
const KEPT = 256 << 10;
/** Longer strings are encoded faster as a whole. */
const LONG = 500;

const encoder = new TextEncoder();

/** Strings have many forms inside the engine: a property of a string is looked up anew for each, once per character in `text.charCodeAt(i)`. */
const codeAt = Function.prototype.call.bind(String.prototype.charCodeAt) as (text: string, at: number) => number;

/** By ASCII code: 1: stands for itself; 2: with a backslash before it; 0: something else. */
const WAYS = Uint8Array.from({ length: 128 }, (_, code) => (code === QUOTE || code === BACKSLASH ? 2 : code < 0x20 || code === 0x3c || code === 0x3e || code === 0x26 ? 0 : 1));

/** Encoded already. */
const ready = new WeakMap<object, Uint8Array>();

/** A value that is a part of many others is encoded once. It must not change any more. */
export function encodeOnce(value: object): void {
  ready.set(value, encodeJsonBytes(value));
}

export class JsonWriter {
  #bytes = new Uint8Array(SIZE);
  #at = 0;

  /** Forgets what was written. */
  begin(): void {
    this.#at = 0;
    if (this.#bytes.length > KEPT) this.#bytes = new Uint8Array(SIZE);
  }

  /** How many bytes have been written. */
  get at(): number {
    return this.#at;
  }

  /** What has been written; valid until the next call of begin. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.#at);
  }

  open(): void {
    this.#put(OPEN);
  }

  close(): void {
    this.#put(CLOSE);
  }

  /** Between members; nothing before the first. */
  comma(): void {
    if (this.#bytes[this.#at - 1] !== OPEN) this.#put(COMMA);
  }

  /** The name of a member, which its value follows. */
  key(name: string): void {
    this.text(name);
    this.#put(COLON);
  }

  /** A JSON value, as encodeJson takes it. */
  value(value: unknown): void {
    if (typeof value === 'string') this.text(value);
    else if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value)) this.#list(value);
      else this.#object(value as Readonly<Record<string, unknown>>);
    } else if (typeof value === 'number' && Number.isFinite(value)) this.#ascii(String(value));
    else this.#ascii(encodeJson(value));
  }

  #list(list: readonly unknown[]): void {
    this.#put(OPEN_LIST);
    for (let i = 0; i < list.length; i++) {
      if (i > 0) this.#put(COMMA);
      this.value(list[i]);
    }
    this.#put(CLOSE_LIST);
  }

  #object(object: Readonly<Record<string, unknown>>): void {
    const encoded = ready.get(object);
    if (encoded) return this.#copy(encoded);
    const start = this.#at;
    this.#put(OPEN);
    for (const name in object) {
      const member = object[name];
      if (member === undefined) continue;
      if (startsWithDigit(name) && isIntegerKey(name)) return this.#sorted(object, start);
      this.comma();
      this.key(name);
      this.value(member);
    }
    this.#put(CLOSE);
  }

  /** JavaScript has other ideas of the order of members such as "10". */
  #sorted(object: Readonly<Record<string, unknown>>, start: number): void {
    this.#at = start;
    this.#put(OPEN);
    for (const name of memberNames(object)) {
      this.comma();
      this.key(name);
      this.value(object[name]);
    }
    this.#put(CLOSE);
  }

  text(text: string): void {
    const { length } = text;
    if (length > LONG) return this.#plain(encodeJson(text));
    this.#reserve(2 * length + 2);
    const bytes = this.#bytes;
    let at = this.#at;
    bytes[at++] = QUOTE;
    for (let i = 0; i < length; i++) {
      const code = codeAt(text, i);
      const way = code < 128 ? WAYS[code] : 0;
      if (way === 0) return this.#plain(encodeJson(text));
      if (way === 2) bytes[at++] = BACKSLASH;
      bytes[at++] = code;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
  }

  #ascii(json: string): void {
    this.#reserve(json.length);
    for (let i = 0; i < json.length; i++) this.#bytes[this.#at++] = codeAt(json, i);
  }

  /** JSON as it is. */
  #plain(json: string): void {
    this.#reserve(3 * json.length);
    this.#at += encoder.encodeInto(json, this.#bytes.subarray(this.#at)).written;
  }

  #copy(encoded: Uint8Array): void {
    this.#reserve(encoded.length);
    this.#bytes.set(encoded, this.#at);
    this.#at += encoded.length;
  }

  #put(byte: number): void {
    if (this.#at === this.#bytes.length) this.#reserve(1);
    this.#bytes[this.#at++] = byte;
  }

  #reserve(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    bytes.set(this.written());
    this.#bytes = bytes;
  }
}

function startsWithDigit(name: string): boolean {
  const code = codeAt(name, 0);
  return code >= 0x30 && code <= 0x39;
}
