/** Every name and address under which the API server may be reached. */
import { hostname, networkInterfaces } from 'node:os';
import type { ClusterConfig } from './options.ts';
import { nthAddress } from './service-addresses.ts';

const IN_CLUSTER = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];
const ANY = new Set(['0.0.0.0', '::']);

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).filter((a) => !a.internal && !a.address.startsWith('fe80')).map((a) => a.address));
}

/** `nodeAddress`: where nodes reach this machine. */
export function serverNames(config: ClusterConfig, nodeAddress?: string): string[] {
  const bound = ANY.has(config.bindAddress) ? ownAddresses() : [config.bindAddress];
  return [...new Set(['localhost', hostname(), '127.0.0.1', '::1', ...bound, ...(nodeAddress === undefined ? [] : [nodeAddress]), nthAddress(config.serviceClusterIPRange, 1), ...IN_CLUSTER, ...config.serverNames])];
}
