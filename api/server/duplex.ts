/** A socket as the DuplexStream of an upgraded connection. */
import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import type { DuplexStream } from '../../apimachinery/http.ts';

/** `head`: bytes that arrived behind the upgrade request. The socket's errors end the stream. */
export function duplexOf(socket: Duplex, head: Uint8Array): DuplexStream {
  if (head.length > 0) socket.unshift(head);
  return {
    readable: readUntilClosed(socket),
    async write(chunk) {
      if (socket.destroyed) throw new Error('the connection is closed');
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
    },
    end: () => void socket.end(),
    destroy: (error) => void socket.destroy(error),
  };
}

/** A reset by the peer is an end, not a failure. */
async function* readUntilClosed(socket: Duplex): AsyncIterable<Uint8Array> {
  try {
    for await (const chunk of socket as AsyncIterable<Uint8Array>) yield chunk;
  } catch (error) {
    if (!socket.destroyed) throw error;
  }
}
