/**
 * From Services and EndpointSlices to what a backend programs: one ServicePort for each port of each service. Pure.
 * Behaves like upstream pkg/proxy (serviceport.go, endpointslicecache.go, topology.go).
 */
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type * as discovery from '../../apimachinery/types/discovery.gen.ts';

export type Service = DeepReadonly<core.Service>;
export type EndpointSlice = DeepReadonly<discovery.EndpointSlice>;
export type Family = 'IPv4' | 'IPv6';
export type Protocol = 'TCP' | 'UDP' | 'SCTP';

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
  readonly isLocal: boolean;
  readonly isReady: boolean;
  readonly isServing: boolean;
  readonly isTerminating: boolean;
  /** Topology hints. */
  readonly zones: readonly string[];
}

export interface ServicePort {
  /** `namespace/name:port`, unique within a family. */
  readonly name: string;
  readonly namespace: string;
  readonly service: string;
  readonly portName: string;
  readonly protocol: Protocol;
  readonly port: number;
  readonly nodePort: number;
  readonly clusterIP: string;
  /** External addresses and load-balancer ingress addresses of this family. */
  readonly externalIPs: readonly string[];
  readonly loadBalancerIPs: readonly string[];
  readonly sourceRanges: readonly string[];
  /** Seconds a client sticks to an endpoint; 0: it does not. */
  readonly affinitySeconds: number;
  readonly externalLocal: boolean;
  readonly internalLocal: boolean;
  readonly healthCheckNodePort: number;
  /** Where traffic from inside goes. */
  readonly clusterEndpoints: readonly Endpoint[];
  /** Where traffic from outside goes: those of this node alone with externalTrafficPolicy Local. */
  readonly externalEndpoints: readonly Endpoint[];
  /** Whether any node has an endpoint. */
  readonly hasEndpoints: boolean;
}

export interface NodeView {
  readonly nodeName: string;
  readonly zone: string;
}

const isIPv6 = (ip: string): boolean => ip.includes(':');
const isOf = (family: Family) => (ip: string): boolean => isIPv6(ip) === (family === 'IPv6');

/** Headless and ExternalName services have nothing to program. */
export function isProxied(service: Service): boolean {
  const ip = service.spec.clusterIP ?? '';
  return service.spec.type !== 'ExternalName' && ip !== '' && ip !== 'None' && service.metadata.labels?.['service.kubernetes.io/service-proxy-name'] === undefined;
}

function endpointsOf(slices: readonly EndpointSlice[], portName: string, protocol: string, node: NodeView): Endpoint[] {
  const byAddress = new Map<string, Endpoint>();
  for (const slice of slices) {
    const port = slice.ports?.find((p) => (p.name ?? '') === portName && (p.protocol ?? 'TCP') === protocol)?.port;
    if (port === undefined) continue;
    for (const e of slice.endpoints ?? []) {
      const [ip] = e.addresses ?? [];
      if (ip === undefined) continue;
      const isReady = e.conditions.ready ?? true;
      byAddress.set(`${ip}:${port}`, {
        ip,
        port,
        isLocal: e.nodeName === node.nodeName,
        isReady,
        isServing: e.conditions.serving ?? isReady,
        isTerminating: e.conditions.terminating ?? false,
        zones: (e.hints?.forZones ?? []).map((z) => z.name),
      });
    }
  }
  return [...byAddress.values()].sort((a, b) => (a.ip === b.ip ? a.port - b.port : a.ip < b.ip ? -1 : 1));
}

/** Ready ones; where there is none, those that terminate but still serve. */
export function usable(endpoints: readonly Endpoint[]): Endpoint[] {
  const ready = endpoints.filter((e) => e.isReady);
  return ready.length > 0 ? ready : endpoints.filter((e) => e.isServing && e.isTerminating);
}

/** Endpoints hinted for this zone, if every endpoint has a hint and some are for us. */
function inZone(endpoints: readonly Endpoint[], zone: string): readonly Endpoint[] {
  if (zone === '' || endpoints.some((e) => e.zones.length === 0)) return endpoints;
  const ours = endpoints.filter((e) => e.zones.includes(zone));
  return ours.length > 0 ? ours : endpoints;
}

function affinityOf(service: Service): number {
  if (service.spec.sessionAffinity !== 'ClientIP') return 0;
  return service.spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800;
}

function loadBalancerIPsOf(service: Service): string[] {
  return (service.status.loadBalancer.ingress ?? []).filter((i) => (i.ipMode ?? 'VIP') === 'VIP').flatMap((i) => (i.ip === undefined ? [] : [i.ip]));
}

type Addresses = Pick<ServicePort, 'clusterIP' | 'externalIPs' | 'loadBalancerIPs' | 'sourceRanges'>;

function addressesOf(service: Service, family: Family): Addresses | undefined {
  const { spec } = service;
  const clusterIP = (spec.clusterIPs ?? [spec.clusterIP ?? '']).find(isOf(family));
  if (clusterIP === undefined || clusterIP === '') return undefined;
  return {
    clusterIP,
    externalIPs: (spec.externalIPs ?? []).filter(isOf(family)),
    loadBalancerIPs: loadBalancerIPsOf(service).filter(isOf(family)),
    sourceRanges: (spec.loadBalancerSourceRanges ?? []).map((r) => r.trim()).filter(isOf(family)),
  };
}

function portOf(service: Service, port: DeepReadonly<core.ServicePort>, addresses: Addresses, all: readonly Endpoint[], node: NodeView): ServicePort {
  const { spec, metadata } = service;
  const externalLocal = spec.externalTrafficPolicy === 'Local';
  const internalLocal = spec.internalTrafficPolicy === 'Local';
  const local = usable(all.filter((e) => e.isLocal));
  const cluster = inZone(usable(all), node.zone);
  const portName = port.name ?? '';
  return {
    ...addresses,
    name: `${metadata.namespace}/${metadata.name}${portName === '' ? '' : `:${portName}`}`,
    namespace: metadata.namespace,
    service: metadata.name,
    portName,
    protocol: (port.protocol ?? 'TCP') as Protocol,
    port: port.port,
    nodePort: port.nodePort ?? 0,
    affinitySeconds: affinityOf(service),
    externalLocal,
    internalLocal,
    healthCheckNodePort: spec.healthCheckNodePort ?? 0,
    clusterEndpoints: internalLocal ? local : cluster,
    externalEndpoints: externalLocal ? local : cluster,
    hasEndpoints: usable(all).length > 0,
  };
}

/** `slicesOf`: the EndpointSlices of a service (label kubernetes.io/service-name). In order of their names. */
export function servicePorts(services: readonly Service[], slicesOf: (service: Service) => readonly EndpointSlice[], family: Family, node: NodeView): ServicePort[] {
  const out: ServicePort[] = [];
  for (const service of services) {
    const addresses = isProxied(service) ? addressesOf(service, family) : undefined;
    if (!addresses) continue;
    const slices = slicesOf(service).filter((s) => s.addressType === family);
    for (const port of service.spec.ports ?? []) out.push(portOf(service, port, addresses, endpointsOf(slices, port.name ?? '', port.protocol ?? 'TCP', node), node));
  }
  return out.sort((a, b) => (a.name < b.name ? -1 : 1));
}
