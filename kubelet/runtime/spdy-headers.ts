/** SPDY's compressed header blocks: one zlib stream each way for a whole connection. Used by spdy.ts. */
import { createRequire } from 'node:module';
import { constants, createDeflate, createInflate, type Deflate, type Inflate } from 'node:zlib';

/** Lower-case names. */
export type SpdyHeaders = Readonly<Record<string, string>>;

const dictionaries = createRequire(import.meta.url)('spdy-transport/lib/spdy-transport/protocol/spdy/dictionary.js') as Readonly<Record<number, Buffer>>;
const dictionary = dictionaries[3.1] ?? dictionaries[3] ?? Buffer.alloc(0);
const decoder = new TextDecoder();
const encoder = new TextEncoder();

function drain(stream: Deflate | Inflate): Uint8Array {
  const chunks: Buffer[] = [];
  for (let chunk = stream.read() as Buffer | null; chunk !== null; chunk = stream.read() as Buffer | null) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Blocks must be encoded, and decoded, one after another in the order of their frames. */
export class HeaderCodec {
  readonly #deflate = createDeflate({ dictionary });
  readonly #inflate = createInflate({ dictionary });

  encode(headers: SpdyHeaders): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#deflate.once('error', reject);
      this.#deflate.write(pack(headers));
      this.#deflate.flush(constants.Z_SYNC_FLUSH, () => {
        this.#deflate.off('error', reject);
        resolve(drain(this.#deflate));
      });
    });
  }

  decode(block: Uint8Array): Promise<SpdyHeaders> {
    return new Promise((resolve, reject) => {
      this.#inflate.once('error', reject);
      this.#inflate.write(block, () => {
        this.#inflate.off('error', reject);
        resolve(unpack(drain(this.#inflate)));
      });
    });
  }

  close(): void {
    this.#deflate.destroy();
    this.#inflate.destroy();
  }
}

function pack(headers: SpdyHeaders): Uint8Array {
  const pairs = Object.entries(headers).flatMap(([name, value]) => [encoder.encode(name.toLowerCase()), encoder.encode(value)]);
  const out = Buffer.alloc(4 + pairs.reduce((n, p) => n + 4 + p.length, 0));
  let at = out.writeUInt32BE(pairs.length / 2, 0);
  for (const part of pairs) {
    at = out.writeUInt32BE(part.length, at);
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function unpack(block: Uint8Array): SpdyHeaders {
  const view = new DataView(block.buffer, block.byteOffset, block.length);
  let at = 4;
  const text = (): string => {
    const length = view.getUint32(at);
    const value = decoder.decode(block.subarray(at + 4, at + 4 + length));
    at += 4 + length;
    return value;
  };
  const headers: Record<string, string> = {};
  for (let left = view.getUint32(0); left > 0; left--) {
    const name = text();
    headers[name] = text();
  }
  return headers;
}
