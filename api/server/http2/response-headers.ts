/** Status and headers of an answer as a block of HPACK (RFC 7541): by number where there is one, else in plain text that no table remembers. Neighbour: connection.ts. */
import type { ApiResponse } from '../../../apimachinery/http.ts';
import { encodeHeaders } from '../../../component-base/http2/hpack.ts';

/** Those that need no value of their own (RFC 7541, appendix A). */
const WHOLE: ReadonlyMap<number, number> = new Map([200, 204, 206, 304, 400, 404, 500].map((status, i) => [status, 0x80 | (8 + i)]));
/** `:status`, its value to follow. */
const STATUS = 8;
const LENGTH_BITS = 0x7f;
/** What is known of names; answers have few. */
const MOST_NAMES = 500;

/** The start of a field with this name. */
const names = new Map<string, Uint8Array>();

function startOf(name: string): Uint8Array {
  let start = names.get(name);
  if (start) return start;
  // Without its value, which is empty and takes one byte.
  start = encodeHeaders([[name.toLowerCase(), '']]).slice(0, -1);
  if (names.size < MOST_NAMES) names.set(name, start);
  return start;
}

let bytes = new Uint8Array(4096);
let at = 0;

/** The block; it is overwritten by the next one. */
export function encodeResponse(status: number, headers: ApiResponse['headers'], date: string): Uint8Array {
  at = 0;
  putStatus(status);
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    if (typeof value === 'string') putField(name, value);
    else for (const one of value) putField(name, one);
  }
  putField('date', date);
  return bytes.subarray(0, at);
}

function putStatus(status: number): void {
  const whole = WHOLE.get(status);
  if (whole !== undefined) bytes[at++] = whole;
  else {
    bytes[at++] = STATUS;
    putText(String(status));
  }
}

function putField(name: string, value: string): void {
  const start = startOf(name);
  makeRoom(start.length);
  bytes.set(start, at);
  at += start.length;
  putText(value);
}

/** Characters above U+00FF have no place in a header: as node does, their low byte is sent. */
function putText(text: string): void {
  const { length } = text;
  makeRoom(length + 6);
  if (length < LENGTH_BITS) bytes[at++] = length;
  else {
    bytes[at++] = LENGTH_BITS;
    let rest = length - LENGTH_BITS;
    for (; rest > 127; rest >>>= 7) bytes[at++] = (rest & 127) | 128;
    bytes[at++] = rest;
  }
  for (let i = 0; i < length; i++) bytes[at++] = text.charCodeAt(i);
}

function makeRoom(length: number): void {
  if (at + length <= bytes.length) return;
  const larger = new Uint8Array(Math.max(2 * bytes.length, at + length));
  larger.set(bytes.subarray(0, at));
  bytes = larger;
}

/** Asked for the same second again and again. */
let lastSecond = Number.NaN;
let lastText = '';

/** A time, in ms since the epoch, as answers tell it (RFC 9110, section 5.6.7). */
export function httpDate(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== lastSecond) {
    lastSecond = second;
    lastText = new Date(second * 1000).toUTCString();
  }
  return lastText;
}
