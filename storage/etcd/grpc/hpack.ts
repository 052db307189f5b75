/**
 * Headers of HTTP/2 (HPACK, RFC 7541) without the table that both sides would have to keep in step: a block means the same wherever it stands. Neighbours: huffman.ts, session.ts, which tells the server so.
 * Behaves like upstream golang.org/x/net/http2/hpack.
 */
import { decodeHuffman } from './huffman.ts';

export type HeaderField = readonly [name: string, value: string];

/** Those that have numbers of their own, from 1 on. */
const STATIC: readonly HeaderField[] = (
  ':authority|:method=GET|:method=POST|:path=/|:path=/index.html|:scheme=http|:scheme=https|:status=200|:status=204|:status=206|:status=304|:status=400|' +
  ':status=404|:status=500|accept-charset|accept-encoding=gzip, deflate|accept-language|accept-ranges|accept|access-control-allow-origin|age|allow|' +
  'authorization|cache-control|content-disposition|content-encoding|content-language|content-length|content-location|content-range|content-type|cookie|date|' +
  'etag|expect|expires|from|host|if-match|if-modified-since|if-none-match|if-range|if-unmodified-since|last-modified|link|location|max-forwards|' +
  'proxy-authenticate|proxy-authorization|range|referer|refresh|retry-after|server|set-cookie|strict-transport-security|transfer-encoding|user-agent|vary|via|' +
  'www-authenticate'
)
  .split('|')
  .map((field) => {
    const [name = '', value = ''] = field.split('=');
    return [name, value];
  });

/** Forms of a field: the bit that marks it, and how many bits of the first byte count. */
const INDEXED = 0x80;
const WITH_INDEXING = 0x40;
const TABLE_SIZE = 0x20;
const HUFFMAN = 0x80;

/** All of them in plain text, by number where there is one. */
export function encodeHeaders(fields: readonly HeaderField[]): Uint8Array {
  const out: number[] = [];
  for (const [name, value] of fields) {
    const whole = STATIC.findIndex(([n, v]) => n === name && v === value && v !== '');
    if (whole >= 0) {
      out.push(INDEXED | (whole + 1));
      continue;
    }
    const named = STATIC.findIndex(([n]) => n === name) + 1;
    putInt(out, 0, 4, named);
    if (named === 0) putText(out, name);
    putText(out, value);
  }
  return Uint8Array.from(out);
}

function putInt(out: number[], mark: number, bits: number, value: number): void {
  const most = (1 << bits) - 1;
  if (value < most) {
    out.push(mark | value);
    return;
  }
  out.push(mark | most);
  let rest = value - most;
  for (; rest > 127; rest >>>= 7) out.push((rest & 127) | 128);
  out.push(rest);
}

function putText(out: number[], text: string): void {
  const bytes = new TextEncoder().encode(text);
  putInt(out, 0, 7, bytes.length);
  out.push(...bytes);
}

/** Throws on what is no block of headers, and on one that needs the table. */
export function decodeHeaders(block: Uint8Array): Map<string, string> {
  return new Block(block).read();
}

class Block {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(): Map<string, string> {
    const fields = new Map<string, string>();
    while (this.#at < this.#bytes.length) {
      const first = this.#bytes[this.#at] as number;
      if ((first & INDEXED) !== 0) {
        const [name, value] = this.#named(this.#int(7));
        fields.set(name, value);
      } else if ((first & WITH_INDEXING) === 0 && (first & TABLE_SIZE) !== 0) {
        this.#int(5);
      } else {
        const named = this.#int((first & WITH_INDEXING) === 0 ? 4 : 6);
        const name = named === 0 ? this.#text() : this.#named(named)[0];
        fields.set(name, this.#text());
      }
    }
    return fields;
  }

  #named(number: number): HeaderField {
    const field = STATIC[number - 1];
    if (!field) throw new Error(`header ${number} is in no table`);
    return field;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error('a block of headers is cut short');
    return byte;
  }

  #int(bits: number): number {
    const most = (1 << bits) - 1;
    let value = this.#byte() & most;
    if (value < most) return value;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  #text(): string {
    const isHuffman = ((this.#bytes[this.#at] ?? 0) & HUFFMAN) !== 0;
    const length = this.#int(7);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    if (bytes.length < length) throw new Error('a block of headers is cut short');
    return isHuffman ? decodeHuffman(bytes) : new TextDecoder().decode(bytes);
  }
}
