import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import * as core from '../../apimachinery/types/core.gen.ts';
import { FakeClock } from '../../component-base/clock.ts';
import { newClient } from '../rest.ts';
import { newHttpTransport } from './http.ts';

let server: http.Server | undefined;
afterEach(() => void server?.close());

async function serve(handler: http.RequestListener): Promise<string> {
  const listening = http.createServer(handler);
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(listening.address() as AddressInfo).port}/prefix`;
}

const map = (name: string, resourceVersion = '1') => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'a', name, resourceVersion } });

describe('newHttpTransport', () => {
  it('sends path, query, token and body, and reads the answer', async () => {
    let seen: unknown;
    const url = await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen = { method: request.method, url: request.url, authorization: request.headers.authorization, type: request.headers['content-type'], body: JSON.parse(Buffer.concat(chunks).toString()) as unknown };
        response.end(JSON.stringify(map('x')));
      });
    });
    const client = newClient(newHttpTransport({ server: url, token: () => 'secret' }));
    const created = await client.resource(core.ConfigMap).create({ metadata: { namespace: 'a', name: 'x' } }, { dryRun: true, fieldManager: 'me' });
    expect(created.metadata.name).toBe('x');
    expect(seen).toEqual({ method: 'POST', url: '/prefix/api/v1/namespaces/a/configmaps?fieldManager=me&dryRun=All', authorization: 'Bearer secret', type: 'application/json', body: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'a', name: 'x' } } });
    await client.close();
  });

  it('gives watch events whole, however their bytes arrive', async () => {
    const text = ['ADDED', 'MODIFIED'].map((type) => `${JSON.stringify({ type, object: map('ü') })}\n`).join('');
    const bytes = Buffer.from(text);
    const cut = bytes.indexOf(Buffer.from('ü')) + 1;
    const url = await serve((_, response) => {
      response.write(bytes.subarray(0, cut), () => response.end(bytes.subarray(cut)));
    });
    const client = newClient(newHttpTransport({ server: url }));
    const events: string[] = [];
    for await (const batch of client.resource(core.ConfigMap).watch()) for (const event of batch) events.push(`${event.type} ${event.object.metadata.name}`);
    expect(events).toEqual(['ADDED ü', 'MODIFIED ü']);
    await client.close();
  });

  it('throws what the server says of a failure, an ERROR event too', async () => {
    const status = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Expired', message: 'too old', code: 410 };
    const url = await serve((request, response) => {
      if (request.url?.includes('watch=true')) response.end(`${JSON.stringify({ type: 'ERROR', object: status })}\n`);
      else response.writeHead(404).end(JSON.stringify({ ...status, reason: 'NotFound', message: 'gone', code: 404 }));
    });
    const client = newClient(newHttpTransport({ server: url }));
    await expect(client.resource(core.ConfigMap).get({ namespace: 'a', name: 'x' })).rejects.toMatchObject({ code: 404, reason: 'NotFound', message: 'gone' });
    const watching = client.resource(core.ConfigMap).watch()[Symbol.asyncIterator]();
    await expect(watching.next()).rejects.toMatchObject({ code: 410, reason: 'Expired' });
    await client.close();
  });

  it('asks again when it is told to', async () => {
    let tries = 0;
    const url = await serve((_, response) => {
      if (++tries < 2) response.writeHead(429, { 'retry-after': '3' }).end('{}');
      else response.end(JSON.stringify(map('x')));
    });
    const clock = new FakeClock();
    const client = newClient(newHttpTransport({ server: url }), clock);
    const asking = client.resource(core.ConfigMap).get({ namespace: 'a', name: 'x' });
    for (let i = 0; i < 10_000 && clock.waiters === 0; i++) await new Promise<void>((resolve) => setImmediate(resolve));
    expect(clock.waiters).toBe(1);
    clock.step(3000);
    expect((await asking).metadata.name).toBe('x');
    expect(tries).toBe(2);
    await client.close();
  });

  it('ends with the reason of its signal', async () => {
    const url = await serve(() => undefined);
    const client = newClient(newHttpTransport({ server: url }));
    const stop = new AbortController();
    const asking = client.resource(core.ConfigMap).get({ namespace: 'a', name: 'x' }, { signal: stop.signal });
    setImmediate(() => stop.abort(new Error('enough')));
    await expect(asking).rejects.toThrow('enough');
    server?.closeAllConnections();
    await client.close();
  });

  it('gives kind and version to the items of a list', async () => {
    const url = await serve((_, response) => response.end(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMapList', metadata: { resourceVersion: '7', continue: 'c' }, items: [{ metadata: { name: 'x' } }] })));
    const client = newClient(newHttpTransport({ server: url }));
    const list = await client.resource(core.ConfigMap).list({ limit: 1 });
    expect(list).toMatchObject({ resourceVersion: '7', continue: 'c', items: [{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x' } }] });
    await client.close();
  });
});
