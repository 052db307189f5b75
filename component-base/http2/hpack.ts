/**
 * Headers of HTTP/2 (HPACK, RFC 7541). What is written needs no table that both sides would have to keep in step; a reader keeps one for those who do. Neighbour: huffman.ts.
 * Behaves like upstream golang.org/x/net/http2/hpack.
 */
import { ConnectionError, ErrorCode } from './error.ts';
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

/** Of a block that stands for itself. Throws a ConnectionError on what is none, and on one that needs a table. */
export function decodeHeaders(block: Uint8Array): Map<string, string> {
  const flat = new HeaderReader({ tableBytes: 0, mostBytes: Number.POSITIVE_INFINITY }).read(block);
  const fields = new Map<string, string>();
  for (let i = 0; i < flat.length; i += 2) fields.set(flat[i] as string, flat[i + 1] as string);
  return fields;
}

export interface HeaderReaderOptions {
  /** What the table may hold at most (SETTINGS_HEADER_TABLE_SIZE). */
  readonly tableBytes: number;
  /** What the fields of one block may take at most, as section 6.5.2 of RFC 9113 counts. */
  readonly mostBytes: number;
}

/** What a field takes besides its texts. */
const FIELD_OVERHEAD = 32;

/** Reads the blocks of one connection in the order in which they came. */
export class HeaderReader {
  readonly #options: HeaderReaderOptions;
  /** The newest first. */
  readonly #table: HeaderField[] = [];
  #tableBytes = 0;
  #mostTableBytes: number;
  #bytes: Uint8Array = NOTHING;
  #at = 0;

  constructor(options: HeaderReaderOptions) {
    this.#options = options;
    this.#mostTableBytes = options.tableBytes;
  }

  /** Names and values in turn. Throws a ConnectionError on what is no block of headers, or a larger one than may be. */
  read(block: Uint8Array): string[] {
    this.#bytes = block;
    this.#at = 0;
    const fields: string[] = [];
    for (let size = 0; this.#at < block.length; ) {
      const first = block[this.#at] as number;
      if ((first & INDEXED) === 0 && (first & WITH_INDEXING) === 0 && (first & TABLE_SIZE) !== 0) {
        this.#resize(fields.length > 0);
        continue;
      }
      const [name, value] = (first & INDEXED) === 0 ? this.#literal((first & WITH_INDEXING) !== 0) : this.#named(this.#int(7));
      size += name.length + value.length + FIELD_OVERHEAD;
      if (size > this.#options.mostBytes) throw new ConnectionError(ErrorCode.enhanceYourCalm, `headers take more than ${this.#options.mostBytes} bytes`);
      fields.push(name, value);
    }
    this.#bytes = NOTHING;
    return fields;
  }

  #literal(isKept: boolean): HeaderField {
    const named = this.#int(isKept ? 6 : 4);
    const name = named === 0 ? this.#text() : this.#named(named)[0];
    const field: HeaderField = [name, this.#text()];
    if (isKept) this.#keep(field);
    return field;
  }

  #keep(field: HeaderField): void {
    this.#table.unshift(field);
    this.#tableBytes += sizeOf(field);
    this.#evict();
  }

  #resize(isLate: boolean): void {
    const size = this.#int(5);
    if (isLate || size > this.#options.tableBytes) throw refused('a table of headers is resized where it may not be');
    this.#mostTableBytes = size;
    this.#evict();
  }

  #evict(): void {
    while (this.#tableBytes > this.#mostTableBytes) this.#tableBytes -= sizeOf(this.#table.pop() as HeaderField);
  }

  #named(number: number): HeaderField {
    const field = number <= STATIC.length ? STATIC[number - 1] : this.#table[number - STATIC.length - 1];
    if (!field) throw refused(`header ${number} is in no table`);
    return field;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw refused('a block of headers is cut short');
    return byte;
  }

  #int(bits: number): number {
    const most = (1 << bits) - 1;
    let value = this.#byte() & most;
    if (value < most) return value;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 127) * scale;
      if (value > LARGEST) throw refused('a number in headers is too large');
      if (byte < 128) return value;
    }
  }

  #text(): string {
    const isHuffman = ((this.#bytes[this.#at] ?? 0) & HUFFMAN) !== 0;
    const length = this.#int(7);
    const bytes = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    if (bytes.length < length) throw refused('a block of headers is cut short');
    return isHuffman ? decodeHuffman(bytes) : decoder.decode(bytes);
  }
}

const NOTHING = new Uint8Array(0);
const LARGEST = 0x7fffffff;
const decoder = new TextDecoder();
const refused = (what: string): Error => new ConnectionError(ErrorCode.compression, what);
const sizeOf = ([name, value]: HeaderField): number => name.length + value.length + FIELD_OVERHEAD;
