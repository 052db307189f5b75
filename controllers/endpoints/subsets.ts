/** The subsets of an Endpoints object. Behaves like upstream pkg/api/v1/endpoints RepackSubsets and pkg/controller/endpoint. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { groupBy } from '../framework/group-by.ts';
import { isPodReady, type Pod } from '../pods/conditions.ts';
import { endpointsPortText, fnv128a, sortedByHash, type Port } from './port-order.ts';
import { addressesOf, hasEndpoint, hasHostname, isHeadless, isIPv6, portsOn, targetRef, type Service } from './service-pods.ts';

export type Subset = DeepReadonly<core.EndpointSubset>;
type Address = DeepReadonly<core.EndpointAddress>;

export const MAX_ADDRESSES = 1000;

/** One address and whether it is ready, on one port (undefined: a headless service without ports). */
interface Entry {
  readonly address: Address;
  readonly ready: boolean;
  readonly port: Port | undefined;
}

function entriesOf(service: Service, pod: Pod): readonly Entry[] {
  const publishes = service.spec.publishNotReadyAddresses === true;
  if (!hasEndpoint(pod, publishes)) return [];
  const v6 = isIPv6(service.spec.clusterIP ?? '') || service.spec.ipFamilies?.[0] === 'IPv6';
  const [ip] = addressesOf(pod, v6);
  if (ip === undefined) return [];
  const address = {
    ip,
    ...(hasHostname(pod, service) && { hostname: pod.spec.hostname }),
    ...((pod.spec.nodeName ?? '') !== '' && { nodeName: pod.spec.nodeName }),
    targetRef: targetRef(pod),
  } as Address;
  const ready = publishes || isPodReady(pod);
  if ((service.spec.ports ?? []).length === 0) return isHeadless(service) ? [{ address, ready, port: undefined }] : [];
  return portsOn(pod, service).map((port) => ({ address, ready, port }));
}

const byAddress = (a: Address, b: Address): number => (a.ip === b.ip ? ((a.targetRef?.uid ?? '') < (b.targetRef?.uid ?? '') ? -1 : 1) : a.ip < b.ip ? -1 : 1);

/** Ports that have the very same addresses stand in one subset. */
function repack(entries: readonly Entry[]): readonly Subset[] {
  const byPort = groupBy(entries, ({ port }) => (port ? endpointsPortText(port) : ''));
  const subsets = groupBy([...byPort.values()], (group) => group.map(({ address, ready }) => JSON.stringify([address.ip, address.targetRef?.uid, ready])).sort().join());
  return [...subsets.values()].map((groups) => {
    const [first = []] = groups;
    const addresses = first.filter((e) => e.ready).map((e) => e.address).sort(byAddress);
    const notReadyAddresses = first.filter((e) => !e.ready).map((e) => e.address).sort(byAddress);
    const ports = sortedByHash(groups.flatMap(([entry]) => (entry?.port ? [entry.port] : [])), endpointsPortText).map(({ name = '', ...port }) => ({ ...(name !== '' && { name }), ...port }));
    return { ...(addresses.length > 0 && { addresses }), ...(notReadyAddresses.length > 0 && { notReadyAddresses }), ...(ports.length > 0 && { ports }) } as Subset;
  });
}

export function subsetsOf(service: Service, pods: readonly Pod[]): readonly Subset[] {
  const subsets = repack(pods.flatMap((pod) => entriesOf(service, pod)));
  return subsets.length < 2 ? subsets : sortedByHash(subsets, (subset) => fnv128a(JSON.stringify(subset)));
}

/** At most MAX_ADDRESSES addresses, ready ones first, each subset keeping its share. */
export function truncated(subsets: readonly Subset[]): { readonly subsets: readonly Subset[]; readonly isTruncated: boolean } {
  const count = (field: 'addresses' | 'notReadyAddresses'): number => subsets.reduce((n, s) => n + (s[field]?.length ?? 0), 0);
  const [ready, notReady] = [count('addresses'), count('notReadyAddresses')];
  if (ready + notReady <= MAX_ADDRESSES) return { subsets, isTruncated: false };
  const cutsReady = ready > MAX_ADDRESSES;
  const [total, max] = cutsReady ? [ready, MAX_ADDRESSES] : [notReady, MAX_ADDRESSES - ready];
  const field = cutsReady ? 'addresses' : 'notReadyAddresses';
  let left = max;
  const cut = subsets.map((subset) => {
    const here = subset[field] ?? [];
    const kept = here.slice(0, Math.min(left, Math.ceil((here.length / total) * max)));
    left -= kept.length;
    const { notReadyAddresses: _, ...withoutNotReady } = subset;
    return cutsReady ? { ...withoutNotReady, addresses: kept } : { ...subset, notReadyAddresses: kept };
  });
  return { subsets: cut, isTruncated: true };
}
