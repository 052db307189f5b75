/** The service by which pods reach the API, and its endpoints. Behaves like upstream pkg/controlplane (controller/kubernetesservice, reconcilers). */
import type { Obj } from '../../apimachinery/meta.ts';

export interface Advertised {
  /** Where this server is reached by pods; absent: the service has no endpoints of this server. */
  readonly address?: string;
  /** Those of all servers of the store, in order; absent: `address` alone. */
  readonly addresses?: readonly string[];
  readonly port: number;
  /** --service-cluster-ip-range: one CIDR, or two of different families. */
  readonly serviceCIDRs: readonly string[];
}

const LABELS = { component: 'apiserver', provider: 'kubernetes' };

/** Its status is applied, by a manager of its own. */
const CIDR_STATUS_OWNER = {
  manager: 'kubernetes-service-cidr-controller',
  operation: 'Apply',
  apiVersion: 'networking.k8s.io/v1',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:status': { 'f:conditions': { 'k:{"type":"Ready"}': { '.': {}, 'f:lastTransitionTime': {}, 'f:message': {}, 'f:status': {}, 'f:type': {} } } } },
  subresource: 'status',
};

/** Nobody beside this machine comes there. */
export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';

/** Endpoints may not be loopback addresses: a server that is reached in this machine only has none. */
export function kubernetesServiceObjects({ address, addresses = address === undefined ? [] : [address], port, serviceCIDRs }: Advertised, now: string): readonly Obj[] {
  const ip = firstAddress(serviceCIDRs[0] ?? '10.96.0.0/16');
  const ipFamily = ip.includes(':') ? 'IPv6' : 'IPv4';
  const meta = { name: 'kubernetes', namespace: 'default' };
  const reachable = addresses.filter((a) => !isLoopback(a));
  const service = [
    {
      kind: 'ServiceCIDR',
      apiVersion: 'networking.k8s.io/v1',
      metadata: { name: 'kubernetes', managedFields: [CIDR_STATUS_OWNER] },
      spec: { cidrs: [...serviceCIDRs] },
      status: { conditions: [{ lastTransitionTime: now, message: 'Kubernetes default Service CIDR is ready', reason: '', status: 'True', type: 'Ready' }] },
    },
    {
      kind: 'Service',
      apiVersion: 'v1',
      metadata: { ...meta, labels: LABELS },
      spec: { clusterIP: ip, clusterIPs: [ip], ipFamilies: [ipFamily], ipFamilyPolicy: 'SingleStack', internalTrafficPolicy: 'Cluster', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: port }], sessionAffinity: 'None', type: 'ClusterIP' },
    },
  ];
  if (reachable.length === 0) return service as unknown as readonly Obj[];
  const endpoints = [
    { kind: 'Endpoints', apiVersion: 'v1', metadata: { ...meta, labels: { 'endpointslice.kubernetes.io/skip-mirror': 'true' } }, subsets: [{ addresses: reachable.map((a) => ({ ip: a })), ports: [{ name: 'https', port, protocol: 'TCP' }] }] },
    {
      kind: 'EndpointSlice',
      apiVersion: 'discovery.k8s.io/v1',
      metadata: { ...meta, labels: { 'kubernetes.io/service-name': 'kubernetes' } },
      addressType: reachable[0]?.includes(':') === true ? 'IPv6' : 'IPv4',
      endpoints: reachable.map((a) => ({ addresses: [a], conditions: { ready: true } })),
      ports: [{ name: 'https', port, protocol: 'TCP' }],
    },
  ];
  return [...service, ...endpoints] as unknown as readonly Obj[];
}

/** The first address behind the network's own: 10.96.0.0/16 → 10.96.0.1, fd00::/108 → fd00::1. */
export function firstAddress(cidr: string): string {
  const [network = ''] = cidr.split('/');
  if (!network.includes(':')) {
    const parts = network.split('.').map(Number);
    parts[3] = (parts[3] ?? 0) + 1;
    return parts.join('.');
  }
  return network.endsWith('::') ? `${network}1` : network.replace(/[0-9a-f]+$/i, (last) => (Number.parseInt(last, 16) + 1).toString(16));
}
