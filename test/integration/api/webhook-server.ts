/** An HTTPS server on loopback that answers reviews, of admission or conversion, as a test says, and remembers what it was asked. */
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { newAuthority } from '../../../cluster/pki/certificate.ts';
import { realClock } from '../../../component-base/clock.ts';

export interface Review {
  readonly kind: string;
  readonly apiVersion: string;
  readonly request: { readonly uid: string; readonly object: Record<string, unknown> | null; readonly oldObject: unknown; readonly [field: string]: unknown };
}

/** What stands in `response` beside the uid; undefined: no answer at all. */
export type Reply = (review: Review, path: string) => object | undefined;

export interface WebhookServer {
  readonly port: number;
  /** Base64 of PEM, as configurations hold it. */
  readonly caBundle: string;
  /** Its own certificate, in the same form. */
  readonly ownBundle: string;
  readonly asked: { readonly path: string; readonly review: Review }[];
  reply: Reply;
  /** Resolves when the next review has come. */
  next(): Promise<void>;
  close(): void;
}

export async function newWebhookServer(names: readonly string[] = ['127.0.0.1']): Promise<WebhookServer> {
  const authority = await newAuthority('webhooks', realClock.now());
  const pair = await authority.issue({ subject: { commonName: 'webhook' }, usages: ['serverAuth'], names, days: 1 }, realClock.now());
  const asked: WebhookServer['asked'] = [];
  let heard: () => void = () => undefined;
  const server: Server = createServer({ cert: pair.cert, key: pair.key }, (request, response) => {
    let text = '';
    request.on('data', (chunk: Uint8Array) => (text += new TextDecoder().decode(chunk)));
    request.on('end', () => {
      const review = JSON.parse(text) as Review;
      const path = request.url ?? '';
      asked.push({ path, review });
      heard();
      const reply = made.reply(review, path);
      if (reply) response.setHeader('content-type', 'application/json').end(JSON.stringify({ kind: review.kind, apiVersion: review.apiVersion, response: { uid: review.request.uid, ...reply } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const made: WebhookServer = {
    port: (server.address() as AddressInfo).port,
    caBundle: btoa(authority.cert),
    ownBundle: btoa(pair.cert),
    asked,
    reply: () => ({ allowed: true }),
    next: () => new Promise((resolve) => (heard = resolve)),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
  return made;
}

/** `patch` and `patchType` of a response. */
export function jsonPatch(...operations: readonly object[]): { readonly patchType: string; readonly patch: string } {
  return { patchType: 'JSONPatch', patch: btoa(JSON.stringify(operations)) };
}
