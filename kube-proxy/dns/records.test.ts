import { describe, expect, it } from '@jest/globals';
import type { EndpointSlice, Service } from '../config/service-port.ts';
import { resolve, type DnsView } from './records.ts';

const services = {
  'default/web': { metadata: { namespace: 'default', name: 'web' }, spec: { clusterIP: '10.96.0.10', clusterIPs: ['10.96.0.10'], ports: [{ name: 'http', port: 80 }] } },
  'default/db': { metadata: { namespace: 'default', name: 'db' }, spec: { clusterIP: 'None', clusterIPs: ['None'], ports: [{ name: 'sql', port: 5432 }] } },
  'default/out': { metadata: { namespace: 'default', name: 'out' }, spec: { type: 'ExternalName', externalName: 'example.org' } },
} as unknown as Record<string, Service>;
const slice = {
  ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }],
  endpoints: [
    { addresses: ['10.244.0.5'], hostname: 'db-0', conditions: { ready: true } },
    { addresses: ['10.244.0.6'], conditions: { ready: false } },
  ],
} as unknown as EndpointSlice;
const view: DnsView = {
  service: (namespace, name) => services[`${namespace}/${name}`],
  slices: (_, name) => (name === 'db' ? [slice] : []),
  services: () => Object.values(services),
  hasNamespace: (n) => n === 'default',
};
const ask = (name: string, type = 'A') => resolve({ name, type }, 'cluster.local', view);

describe('the DNS records of a cluster', () => {
  it('gives a service its cluster address', () => {
    expect(ask('web.default.svc.cluster.local')).toMatchObject({ code: 'NOERROR', records: [{ type: 'A', data: '10.96.0.10' }] });
    expect(ask('web.default.svc.cluster.local', 'AAAA')).toMatchObject({ code: 'NOERROR', records: [] });
  });

  it('gives a headless service the addresses of its ready endpoints, and each host its own', () => {
    expect(ask('db.default.svc.cluster.local')?.records.map((r) => r.data)).toEqual(['10.244.0.5']);
    expect(ask('db-0.db.default.svc.cluster.local')?.records.map((r) => r.data)).toEqual(['10.244.0.5']);
    expect(ask('db-1.db.default.svc.cluster.local')?.code).toBe('NXDOMAIN');
  });

  it('answers SRV questions with port and target, and the address of the target', () => {
    expect(ask('_http._tcp.web.default.svc.cluster.local', 'SRV')).toMatchObject({
      records: [{ data: { port: 80, target: 'web.default.svc.cluster.local' } }],
      additional: [{ name: 'web.default.svc.cluster.local', data: '10.96.0.10' }],
    });
    expect(ask('_sql._tcp.db.default.svc.cluster.local', 'SRV')?.records).toMatchObject([{ data: { target: 'db-0.db.default.svc.cluster.local' } }]);
  });

  it('points from an address back to its name', () => {
    expect(ask('10.0.96.10.in-addr.arpa', 'PTR')?.records).toMatchObject([{ data: 'web.default.svc.cluster.local' }]);
    expect(ask('5.0.244.10.in-addr.arpa', 'PTR')?.records).toMatchObject([{ data: 'db-0.db.default.svc.cluster.local' }]);
    expect(ask('1.1.1.1.in-addr.arpa', 'PTR')).toBeUndefined();
  });

  it('answers for external names, pods and what does not exist', () => {
    expect(ask('out.default.svc.cluster.local')?.records).toEqual([{ type: 'CNAME', name: 'out.default.svc.cluster.local', data: 'example.org' }]);
    expect(ask('10-244-0-9.default.pod.cluster.local')?.records).toMatchObject([{ data: '10.244.0.9' }]);
    expect(ask('nothing.default.svc.cluster.local')?.code).toBe('NXDOMAIN');
    expect(ask('web.other.svc.cluster.local')?.code).toBe('NXDOMAIN');
    expect(ask('example.org')).toBeUndefined();
  });
});
