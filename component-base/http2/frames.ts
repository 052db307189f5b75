/**
 * The frames of HTTP/2 (RFC 9113, sections 4 and 6): cut out of what a socket reads, and put together into what it writes. Neighbours: storage/etcd/grpc/session.ts, a client, and api/server/http2/connection.ts, a server.
 * Behaves like upstream golang.org/x/net/http2/frame.go.
 */
import { ConnectionError, ErrorCode } from './error.ts';

export const FrameType = { data: 0, headers: 1, priority: 2, reset: 3, settings: 4, pushPromise: 5, ping: 6, goAway: 7, windowUpdate: 8, continuation: 9 } as const;
export const Flag = { endStream: 1, ack: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

export const FRAME_HEAD = 9;
/** What a frame carries at most unless the other side allows more. */
export const MAX_PAYLOAD = 16_384;

/** With which a client begins. */
export const PREFACE: Uint8Array = new TextEncoder().encode('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
/** Identifiers of settings, and how many bytes each takes with its value. */
export const Setting = { tableSize: 1, enablePush: 2, maxStreams: 3, initialWindow: 4, maxFrame: 5, maxHeaders: 6 } as const;
export const SETTING = 6;
/** Of streams and connections, until the other side says otherwise. */
export const DEFAULT_WINDOW = 65_535;

export interface FrameSink {
  /** `payload` is a view that holds during the call alone. */
  frame(type: number, flags: number, stream: number, payload: Uint8Array): void;
}

export function uint32(bytes: Uint8Array, at: number): number {
  return (((bytes[at] as number) << 24) | ((bytes[at + 1] as number) << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) >>> 0;
}

export function putUint32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

const lengthAt = (bytes: Uint8Array, at: number): number => ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number);

const NOTHING = new Uint8Array(0);

export class FrameReader {
  readonly #sink: FrameSink;
  /** A frame that has come in part, and how much of it; NOTHING between frames: connections are many, and most are idle. */
  #partial: Uint8Array = NOTHING;
  #filled = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** The bytes may be overwritten afterwards. Throws a ConnectionError on a frame that is larger than it may be. */
  read(bytes: Uint8Array): void {
    let at = this.#filled === 0 ? 0 : this.#complete(bytes);
    while (bytes.length - at >= FRAME_HEAD) {
      const end = at + FRAME_HEAD + this.#lengthAt(bytes, at);
      if (end > bytes.length) break;
      this.#tell(bytes, at, end);
      at = end;
    }
    if (at < bytes.length) {
      this.#partial = new Uint8Array(FRAME_HEAD + MAX_PAYLOAD);
      this.#partial.set(bytes.subarray(at), 0);
      this.#filled = bytes.length - at;
    }
  }

  /** Goes on with the frame that came in part; where the next one begins. */
  #complete(bytes: Uint8Array): number {
    let at = this.#take(bytes, 0, FRAME_HEAD);
    if (this.#filled < FRAME_HEAD) return at;
    const length = FRAME_HEAD + this.#lengthAt(this.#partial, 0);
    at = this.#take(bytes, at, length);
    if (this.#filled < length) return at;
    const whole = this.#partial;
    this.#partial = NOTHING;
    this.#filled = 0;
    this.#tell(whole, 0, length);
    return at;
  }

  /** Fills the partial frame up to a length, as far as the bytes go. */
  #take(bytes: Uint8Array, at: number, upTo: number): number {
    const end = Math.min(bytes.length, at + Math.max(0, upTo - this.#filled));
    this.#partial.set(bytes.subarray(at, end), this.#filled);
    this.#filled += end - at;
    return end;
  }

  #lengthAt(bytes: Uint8Array, at: number): number {
    const length = lengthAt(bytes, at);
    if (length > MAX_PAYLOAD) throw new ConnectionError(ErrorCode.frameSize, `a frame of ${length} bytes came, ${MAX_PAYLOAD} are allowed`);
    return length;
  }

  #tell(bytes: Uint8Array, at: number, end: number): void {
    this.#sink.frame(bytes[at + 3] as number, bytes[at + 4] as number, uint32(bytes, at + 5) & 0x7fffffff, bytes.subarray(at + FRAME_HEAD, end));
  }
}

/** Of the buffers that are filled in turn: a frame with its head fits. */
const BUFFER = 64 << 10;
/** How many of them are kept for use again, by all connections: one that is idle has none. */
const SPARE = 64;
const spare: Uint8Array[] = [];

/** Collects the frames of one turn, so that they leave together. */
export class FrameWriter {
  readonly #write: (bytes: Uint8Array, written: () => void) => void;
  #bytes: Uint8Array = NOTHING;
  #at = 0;
  #isDue = false;

  /** `write` calls `written` when it needs the bytes no longer. */
  constructor(write: (bytes: Uint8Array, written: () => void) => void) {
    this.#write = write;
  }

  /** Begins a frame; its payload goes to where this says, in what `bytes` then is. */
  begin(length: number, type: number, flags: number, stream: number): number {
    this.#makeRoom(FRAME_HEAD + length);
    if (!this.#isDue) {
      this.#isDue = true;
      setImmediate(this.flush);
    }
    const [bytes, at] = [this.#bytes, this.#at];
    bytes[at] = length >>> 16;
    bytes[at + 1] = length >>> 8;
    bytes[at + 2] = length;
    bytes[at + 3] = type;
    bytes[at + 4] = flags;
    putUint32(bytes, at + 5, stream);
    this.#at = at + FRAME_HEAD + length;
    return at + FRAME_HEAD;
  }

  get bytes(): Uint8Array {
    return this.#bytes;
  }

  frame(type: number, flags: number, stream: number, payload: Uint8Array): void {
    const at = this.begin(payload.length, type, flags, stream);
    this.#bytes.set(payload, at);
  }

  /** Bytes without a frame around them: a connection's first ones. */
  raw(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** How many bytes wait for the turn's end. */
  get waiting(): number {
    return this.#at;
  }

  readonly flush = (): void => {
    this.#isDue = false;
    if (this.#at === 0) return;
    const full = this.#bytes;
    const end = this.#at;
    this.#bytes = NOTHING;
    this.#at = 0;
    this.#write(full.subarray(0, end), () => {
      if (spare.length < SPARE) spare.push(full);
    });
  };

  #makeRoom(length: number): void {
    if (this.#at + length > BUFFER) this.flush();
    if (this.#bytes.length === 0) this.#bytes = spare.pop() ?? new Uint8Array(BUFFER);
  }
}
