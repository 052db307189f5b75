/** The server behind every port of a simulated pod: answers each HTTP/1.1 request with 200 and the pod's name. */
import type { DuplexStream } from '../../../apimachinery/http.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('latin1');

function answer(body: string, head: boolean, close: boolean): Uint8Array {
  const headers = ['HTTP/1.1 200 OK', 'Content-Type: text/plain; charset=utf-8', `Content-Length: ${encoder.encode(body).length}`, ...(close ? ['Connection: close'] : [])];
  return encoder.encode(`${headers.join('\r\n')}\r\n\r\n${head ? '' : body}`);
}

/** The first complete request of `buffer` and what follows it; undefined when more must come. A chunked body is not skipped: the connection closes after the answer. */
function splitRequest(buffer: string): { head: string; rest: string; close: boolean } | undefined {
  const end = buffer.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = buffer.slice(0, end);
  const length = Number(/\r\ncontent-length:\s*(\d+)/i.exec(head)?.[1] ?? 0);
  if (buffer.length < end + 4 + length) return undefined;
  const close = /\r\nconnection:\s*close/i.test(head) || /\r\ntransfer-encoding:/i.test(head) || / HTTP\/1\.0/.test(head);
  return { head, rest: buffer.slice(end + 4 + length), close };
}

export async function serveName(connection: DuplexStream, podName: string): Promise<void> {
  let buffer = '';
  for await (const chunk of connection.readable) {
    buffer += decoder.decode(chunk);
    for (let request = splitRequest(buffer); request; request = splitRequest(buffer)) {
      buffer = request.rest;
      await connection.write(answer(podName, request.head.startsWith('HEAD '), request.close));
      if (request.close) {
        connection.end();
        return;
      }
    }
    if (buffer.length > 1_000_000) break;
  }
  connection.end();
}
