/** The side port of controller manager and scheduler: health, metrics and configuration over HTTPS, on Express, which is loaded only here. */
import { createServer } from 'node:https';
import type { Clock } from '../component-base/clock.ts';
import type { Lifecycle } from '../component-base/lifecycle.ts';
import { METRICS_CONTENT_TYPE, Metrics } from '../component-base/metrics.ts';
import { newAuthority, type KeyPair } from './pki/certificate.ts';

export interface SidePortOptions {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** PEM; absent: self-signed. */
  readonly serving?: KeyPair;
  readonly metrics?: Metrics;
  readonly clock: Clock;
  readonly life: Lifecycle;
}

async function selfSigned(name: string, address: string, now: number): Promise<KeyPair> {
  const ca = await newAuthority(`${name}-ca`, now, 365);
  return ca.issue({ subject: { commonName: name }, usages: ['serverAuth'], names: ['localhost', '127.0.0.1', address], days: 365 }, now);
}

/** Resolves with the port once it answers. */
export async function openSidePort(options: SidePortOptions): Promise<number> {
  const { name, address, clock, life, metrics = new Metrics() } = options;
  const { default: express } = await import('express');
  const app = express().disable('x-powered-by');
  for (const path of ['/healthz', '/livez', '/readyz']) app.get(path, (_, response) => void response.type('text/plain').send('ok'));
  app.get('/metrics', (_, response, next) => {
    metrics.text().then((text) => response.set('content-type', METRICS_CONTENT_TYPE).end(text), next);
  });
  const server = createServer(options.serving ?? (await selfSigned(name, address, clock.now())), app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new Error(`${name} cannot listen on ${address}:${options.port}; choose another --secure-port`, { cause: error })));
    server.listen(options.port, address, resolve);
  });
  life.onStop(`${name} side port`, () => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as { port: number }).port;
}
