import { Resolver } from 'node:dns/promises';
import { createConnection } from 'node:net';
import { once } from 'node:events';
import * as packet from 'dns-packet';
import { describe, expect, it } from '@jest/globals';
import { realClock } from '../../component-base/clock.ts';
import { silentLog } from '../../component-base/log.ts';
import type { Service } from '../config/service-port.ts';
import { startDnsServer } from './server.ts';

const many = Array.from({ length: 200 }, (_, i) => `10.244.${i >> 7}.${i & 127}`);
const services: Record<string, unknown> = {
  web: { metadata: { namespace: 'default', name: 'web' }, spec: { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], ports: [] } },
  many: { metadata: { namespace: 'default', name: 'many' }, spec: { clusterIP: '10.96.0.11', clusterIPs: many, ports: [] } },
};
const view = { service: (_: string, name: string) => services[name] as Service | undefined, slices: () => [], services: () => [], hasNamespace: () => true };
const start = () => startDnsServer({ view, address: '127.0.0.1', port: 0, domain: 'cluster.local', upstream: [], clock: realClock, log: silentLog });

describe('the DNS server', () => {
  it('answers over UDP, and over TCP when the answer is too long', async () => {
    const server = await start();
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${server.port}`]);
    expect(await resolver.resolve4('WEB.default.svc.cluster.local')).toEqual(['10.96.0.10']);
    expect(await resolver.resolve4('many.default.svc.cluster.local')).toHaveLength(200);
    await expect(resolver.resolve4('none.default.svc.cluster.local')).rejects.toThrow('ENOTFOUND');
    await server.close();
  });

  it('reads several questions from one connection', async () => {
    const server = await start();
    const socket = createConnection(server.port, '127.0.0.1');
    const query = (id: number) => packet.streamEncode({ type: 'query', id, questions: [{ type: 'A', name: 'web.default.svc.cluster.local' }] });
    socket.write(Buffer.concat([query(1), query(2)]));
    let got = Buffer.alloc(0);
    while (got.length < 2 || got.length < 2 * (2 + got.readUInt16BE(0))) got = Buffer.concat([got, ((await once(socket, 'data')) as [Buffer])[0]]);
    expect(packet.streamDecode(got).answers).toHaveLength(1);
    socket.destroy();
    await server.close();
  });
});
