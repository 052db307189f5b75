/** JSON text of the wire, and the frames of a watch. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { WatchEventOf } from '../interface.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Integers beyond 2^53 travel as `bigint` and are written as digits. */
export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v)));
}

export function decodeJson(bytes: Uint8Array): unknown {
  return JSON.parse(decoder.decode(bytes));
}

export function concatBytes(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  const out = new Uint8Array(chunks.reduce((n, c) => n + c.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

const NEWLINE = 10;

/** Watch events, one a line, in the batches in which their bytes arrived. A last line without its newline is a broken connection and is dropped. */
export async function* framesOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<readonly WatchEventOf<Obj>[]> {
  let pending: Uint8Array[] = [];
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      pending.push(chunk);
      continue;
    }
    const whole = concatBytes([...pending, chunk.subarray(0, end)]);
    pending = end + 1 < chunk.length ? [chunk.subarray(end + 1)] : [];
    const lines = decoder.decode(whole).split('\n');
    yield lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as WatchEventOf<Obj>);
  }
}
