/** What stands in a pod's resolv.conf. Behaves like upstream pkg/kubelet/network/dns. */
import { isHostNetwork, type Pod } from '../container/pod.ts';
import type { DNSConfig } from '../runtime/interface.ts';

export interface DNSSettings {
  /** Addresses of the cluster's DNS service. */
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
  /** The node's resolv.conf. */
  readonly host: DNSConfig;
}

const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;

/** Reads resolv.conf. */
export function parseResolvConf(text: string): DNSConfig {
  const [servers, options]: [string[], string[]] = [[], []];
  let searches: string[] = [];
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.replace(/[#;].*$/, '').trim().split(/\s+/);
    if (word === 'nameserver' && rest[0] !== undefined) servers.push(rest[0]);
    if (word === 'search') searches = rest.map((s) => (s === '.' ? s : s.replace(/\.$/, '')));
    if (word === 'options') options.push(...rest);
  }
  return { servers, searches, options };
}

const unique = (values: readonly string[]): string[] => [...new Set(values)];

function base(pod: Pod, { clusterDNS, clusterDomain, host }: DNSSettings): DNSConfig {
  const policy = pod.spec.dnsPolicy ?? 'ClusterFirst';
  if (policy === 'None') return { servers: [], searches: [], options: [] };
  const cluster = policy === 'ClusterFirstWithHostNet' || (policy === 'ClusterFirst' && !isHostNetwork(pod));
  if (!cluster || clusterDNS.length === 0) return host;
  const own = clusterDomain === '' ? [] : [`${pod.metadata.namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain];
  return { servers: clusterDNS, searches: unique([...own, ...host.searches]), options: ['ndots:5'] };
}

/** An option given later replaces the one of the same name. */
function mergeOptions(given: readonly string[], added: readonly { readonly name?: string; readonly value?: string }[]): string[] {
  const options = new Map(given.map((o): [string, string] => [o.split(':')[0] ?? o, o]));
  for (const { name = '', value } of added) options.set(name, value === undefined || value === '' ? name : `${name}:${value}`);
  return [...options.values()];
}

export function podDNS(pod: Pod, settings: DNSSettings): DNSConfig {
  const found = base(pod, settings);
  const added = pod.spec.dnsConfig;
  return {
    servers: unique([...found.servers, ...(added?.nameservers ?? [])]).slice(0, MAX_SERVERS),
    searches: unique([...found.searches, ...(added?.searches ?? [])]).slice(0, MAX_SEARCHES),
    options: mergeOptions(found.options, added?.options ?? []),
  };
}
