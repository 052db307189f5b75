import { describe, expect, it } from '@jest/globals';
import type { Endpoint, ServicePort } from '../../config/service-port.ts';
import { chainName, ruleset } from './ruleset.ts';

const endpoint = (ip: string): Endpoint => ({ ip, port: 8080, isLocal: true, isReady: true, isServing: true, isTerminating: false, zones: [] });
const port = (over: Partial<ServicePort> = {}): ServicePort => ({
  name: 'default/web:http',
  namespace: 'default',
  service: 'web',
  portName: 'http',
  protocol: 'TCP',
  port: 80,
  nodePort: 0,
  clusterIP: '10.96.0.10',
  externalIPs: [],
  loadBalancerIPs: [],
  sourceRanges: [],
  affinitySeconds: 0,
  externalLocal: false,
  internalLocal: false,
  healthCheckNodePort: 0,
  clusterEndpoints: [endpoint('10.244.0.2'), endpoint('10.244.0.3')],
  externalEndpoints: [endpoint('10.244.0.2'), endpoint('10.244.0.3')],
  hasEndpoints: true,
  ...over,
});
const rules = (...ports: ServicePort[]): string => ruleset(ports, { family: 'IPv4', clusterCIDR: '10.244.0.0/16' });

describe('the nftables ruleset', () => {
  it('replaces its table in one transaction', () => {
    expect(rules().split('\n').slice(0, 3)).toEqual(['table ip kube-proxy', 'delete table ip kube-proxy', 'table ip kube-proxy {']);
  });

  it('leads from the cluster address to one endpoint of several at random', () => {
    const text = rules(port());
    const service = chainName('service', 'default/web:http/tcp');
    expect(text).toContain(`10.96.0.10 . tcp . 80 : goto ${service}`);
    expect(text).toMatch(/numgen random mod 2 vmap \{ 0 : goto endpoint-\w+-default-web-http-tcp-10-244-0-2-8080, 1 : /);
    expect(text).toContain('dnat to 10.244.0.3:8080');
    expect(text).toContain('ip daddr 10.96.0.10 ip saddr != 10.244.0.0/16 jump mark-for-masquerade');
  });

  it('opens a node port and masquerades what comes through it, unless the policy is Local', () => {
    expect(rules(port({ nodePort: 30080 }))).toMatch(/tcp \. 30080 : goto external-/);
    const external = (over: Partial<ServicePort>): string => /chain external-[^{]*\{([^}]*)\}/.exec(rules(port({ nodePort: 30080, ...over })))?.[1] ?? '';
    expect(external({})).toContain('jump mark-for-masquerade');
    expect(external({ externalLocal: true })).not.toContain('mark-for-masquerade');
  });

  it('refuses connections to a service without endpoints, and drops them where only this node has none', () => {
    expect(rules(port({ clusterEndpoints: [], externalEndpoints: [], hasEndpoints: false }))).toContain('10.96.0.10 . tcp . 80 : goto reject-chain');
    expect(rules(port({ nodePort: 30080, externalEndpoints: [], externalLocal: true }))).toContain('tcp . 30080 : drop');
  });

  it('remembers clients for the time of the affinity', () => {
    const text = rules(port({ affinitySeconds: 60 }));
    expect(text).toMatch(/set affinity-\S+ \{ type ipv4_addr; flags dynamic,timeout; timeout 60s; \}/);
    expect(text).toMatch(/ip saddr @affinity-\S+ goto endpoint-/);
  });
});
