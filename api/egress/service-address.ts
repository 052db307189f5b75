/** Where a webhook's service is: next to ./egress.ts, which proxies to services. Behaves like upstream apiserver/pkg/util/proxy/proxy.go (ResolveCluster). */
import type { Key } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import * as discovery from '../../apimachinery/types/discovery.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { Stores } from '../../registry/generic/context.ts';

export interface ServiceAddress {
  /** `10.96.0.12:443`: what errors speak of. */
  readonly shown: string | undefined;
  /** `host:port` of one ready endpoint, since the server need not be on the network of the service proxy. Absent: nobody is there. */
  readonly dialled: string | undefined;
}

/** Throws an Error whose message is upstream's. */
export function resolveService(stores: Stores, rand: Rand, key: Key, port: number): ServiceAddress {
  const service = stores.cached(core.Service).get(key);
  if (!service) throw new Error(`service ${JSON.stringify(key.name)} not found`);
  const { type = 'ClusterIP', clusterIP = '', externalName = '', ports } = service.spec;
  if (type === 'ExternalName') return { shown: undefined, dialled: joinHostPort(externalName, port) };
  if (type === 'ClusterIP' && clusterIP === 'None') throw new Error('cannot route to service with ClusterIP "None"');
  const found = (ports ?? []).find((p) => p.port === port);
  if (!found) throw new Error(`no service port ${port} found for service ${JSON.stringify(key.name)}`);
  const targets = stores.cached(discovery.EndpointSlice).list(key.namespace).flatMap((slice) => endpointsIn(slice, key.name, found.name ?? ''));
  return { shown: joinHostPort(clusterIP, port), dialled: targets[rand.int(Math.max(1, targets.length))] };
}

export function joinHostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** `host:port` of the ready endpoints of a service's port, by the port's name. */
export function endpointsIn(slice: DeepReadonly<discovery.EndpointSlice>, service: string, portName: string): readonly string[] {
  if (slice.metadata.labels?.['kubernetes.io/service-name'] !== service) return [];
  const port = (slice.ports ?? []).find((p) => (p.name ?? '') === portName)?.port;
  if (port === undefined || port === null) return [];
  return (slice.endpoints ?? []).filter((e) => e.conditions?.ready !== false).map((e) => joinHostPort(e.addresses?.[0] ?? '', port));
}
