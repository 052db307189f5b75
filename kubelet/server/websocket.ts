/** WebSockets (RFC 6455) over any two-way byte stream: the server's side. Used by remote-command.ts and port-forward.ts. */
import type { DuplexStream, RequestHeaders, ResponseHeaders } from '../../apimachinery/http.ts';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const MAX_MESSAGE = 32 << 20;
const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export const isWebSocketRequest = (headers: RequestHeaders): boolean => headers.upgrade?.toLowerCase() === 'websocket' && headers['sec-websocket-key'] !== undefined;

/** The first of the client's subprotocols that is offered; undefined when there is none. */
export function chooseProtocol(headers: RequestHeaders, offered: readonly string[]): string | undefined {
  const asked = (headers['sec-websocket-protocol'] ?? '').split(',').map((p) => p.trim()).filter((p) => p !== '');
  return asked.find((p) => offered.includes(p));
}

/** What answers the upgrade. */
export async function webSocketHeaders(headers: RequestHeaders, protocol: string | undefined): Promise<ResponseHeaders> {
  const digest = await crypto.subtle.digest('SHA-1', new TextEncoder().encode((headers['sec-websocket-key'] ?? '') + GUID));
  return {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': btoa(String.fromCharCode(...new Uint8Array(digest))),
    ...(protocol !== undefined && { 'Sec-WebSocket-Protocol': protocol }),
  };
}

interface Frame {
  readonly fin: boolean;
  readonly opcode: number;
  readonly payload: Uint8Array;
}

export class WebSocketSession {
  readonly #connection: DuplexStream;
  #closed = false;

  constructor(connection: DuplexStream) {
    this.#connection = connection;
  }

  /** Whole messages, text or binary, until the peer closes. */
  async *messages(): AsyncGenerator<Uint8Array> {
    let parts: Uint8Array[] = [];
    for await (const { fin, opcode, payload } of readFrames(this.#connection.readable)) {
      if (opcode === OPCODE.close) {
        await this.close();
        return;
      }
      if (opcode === OPCODE.ping) await this.#send(OPCODE.pong, payload);
      if (opcode > OPCODE.binary) continue;
      parts.push(payload);
      if (parts.reduce((n, p) => n + p.length, 0) > MAX_MESSAGE) throw new Error('the message is too large');
      if (!fin) continue;
      const [first] = parts;
      yield parts.length === 1 && first ? first : concat(parts);
      parts = [];
    }
  }

  send(message: Uint8Array): Promise<void> {
    return this.#send(OPCODE.binary, message);
  }

  /** Says goodbye and ends the connection. */
  async close(code = 1000): Promise<void> {
    if (this.#closed) return;
    await this.#send(OPCODE.close, Uint8Array.of(code >> 8, code & 255));
    this.#closed = true;
    this.#connection.end();
  }

  async #send(opcode: number, payload: Uint8Array): Promise<void> {
    if (this.#closed) return;
    await this.#connection.write(encodeFrame(opcode, payload));
  }
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Servers do not mask. */
export function encodeFrame(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const head = length < 126 ? 2 : length < 65536 ? 4 : 10;
  const frame = new Uint8Array(head + length);
  const view = new DataView(frame.buffer);
  frame[0] = 0x80 | opcode;
  frame[1] = head === 2 ? length : head === 4 ? 126 : 127;
  if (head === 4) view.setUint16(2, length);
  if (head === 10) view.setBigUint64(2, BigInt(length));
  frame.set(payload, head);
  return frame;
}

async function* readFrames(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let buffer: Uint8Array = new Uint8Array(0);
  for await (const chunk of chunks) {
    buffer = buffer.length === 0 ? chunk : concat([buffer, chunk]);
    for (let parsed = parseFrame(buffer); parsed; parsed = parseFrame(buffer)) {
      buffer = buffer.subarray(parsed.size);
      yield parsed.frame;
    }
  }
}

/** Undefined when more must come. */
export function parseFrame(buffer: Uint8Array): { readonly frame: Frame; readonly size: number } | undefined {
  if (buffer.length < 2) return undefined;
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.length);
  const [first, second] = [view.getUint8(0), view.getUint8(1)];
  const short = second & 0x7f;
  const at = short === 126 ? 4 : short === 127 ? 10 : 2;
  const masked = (second & 0x80) !== 0;
  const start = at + (masked ? 4 : 0);
  if (buffer.length < start) return undefined;
  const length = short === 126 ? view.getUint16(2) : short === 127 ? Number(view.getBigUint64(2)) : short;
  if (length > MAX_MESSAGE) throw new Error('the message is too large');
  if (buffer.length < start + length) return undefined;
  const payload = buffer.slice(start, start + length);
  if (masked) for (let i = 0; i < length; i++) payload[i] = (payload[i] as number) ^ (buffer[at + (i & 3)] as number);
  return { frame: { fin: (first & 0x80) !== 0, opcode: first & 0x0f, payload }, size: start + length };
}
