import { describe, expect, it } from '@jest/globals';
import { newPod } from '../testing/pods.ts';
import { parseResolvConf, podDNS } from './dns.ts';
import { podHostname, podHosts } from './hosts.ts';

const host = parseResolvConf('# made by hand\nsearch example.com. corp\nnameserver 192.0.2.53\noptions edns0 ndots:2\n');
const settings = { clusterDNS: ['10.96.0.10'], clusterDomain: 'cluster.local', host };

describe('podDNS', () => {
  it('asks the cluster first, with its search domains before the node\'s', () => {
    expect(podDNS(newPod({ spec: { dnsPolicy: 'ClusterFirst' } }), settings)).toEqual({ servers: ['10.96.0.10'], searches: ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'example.com', 'corp'], options: ['ndots:5'] });
  });
  it("uses the node's with its network, unless told otherwise", () => {
    expect(podDNS(newPod({ spec: { dnsPolicy: 'ClusterFirst', hostNetwork: true } }), settings)).toEqual(host);
    expect(podDNS(newPod({ spec: { dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true } }), settings).servers).toEqual(['10.96.0.10']);
  });
  it('starts from nothing with None, and merges what the pod adds', () => {
    const dnsConfig = { nameservers: ['1.1.1.1'], searches: ['s'], options: [{ name: 'ndots', value: '1' }, { name: 'edns0' }] };
    expect(podDNS(newPod({ spec: { dnsPolicy: 'None', dnsConfig } }), settings)).toEqual({ servers: ['1.1.1.1'], searches: ['s'], options: ['ndots:1', 'edns0'] });
    expect(podDNS(newPod({ spec: { dnsConfig } }), settings).options).toEqual(['ndots:1', 'edns0']);
  });
});

describe('the names of a pod', () => {
  it('has a domain below its subdomain', () => {
    expect(podHostname(newPod({ spec: { hostname: 'h', subdomain: 's' } }), 'cluster.local')).toEqual({ hostname: 'h', domain: 's.default.svc.cluster.local' });
  });
  it('cuts a long name to what a host name may have', () => {
    expect(podHostname(newPod({ metadata: { name: `${'a'.repeat(62)}-b` } }), 'c').hostname).toBe('a'.repeat(62));
  });
  it('stands in /etc/hosts with its aliases', () => {
    const text = podHosts(newPod({ spec: { subdomain: 's', hostAliases: [{ ip: '1.2.3.4', hostnames: ['x', 'y'] }] } }), ['10.0.0.1'], 'cluster.local');
    expect(text).toContain('\n10.0.0.1\tweb.s.default.svc.cluster.local\tweb\n');
    expect(text.endsWith('\n# Entries added by HostAliases.\n1.2.3.4\tx\ty\n')).toBe(true);
  });
});
