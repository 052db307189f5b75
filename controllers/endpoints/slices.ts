/** The EndpointSlices a service must have: a pure decision over those it has. Behaves like upstream k8s.io/endpointslice reconciler.go. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type * as discovery from '../../apimachinery/types/discovery.gen.ts';
import * as coreTypes from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly, Draft } from '../../apimachinery/types/type.ts';
import { groupBy } from '../framework/group-by.ts';
import { controllerRef } from '../framework/owners.ts';
import { semanticEqual } from '../framework/semantic-equal.ts';
import { isPodReady, type Pod } from '../pods/conditions.ts';
import { slicePortText, sortedByHash, type Port } from './port-order.ts';
import { addressesOf, hasEndpoint, hasHostname, isHeadless, isIPv6, portsOn, targetRef, type Service } from './service-pods.ts';

export type Slice = DeepReadonly<discovery.EndpointSlice>;
export type Endpoint = DeepReadonly<discovery.Endpoint>;
type Node = DeepReadonly<core.Node>;

export const SERVICE_NAME = 'kubernetes.io/service-name';
export const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
export const CONTROLLER = 'endpointslice-controller.k8s.io';
export const HEADLESS = 'service.kubernetes.io/headless';
const RESERVED = new Set([SERVICE_NAME, MANAGED_BY, HEADLESS]);
const ZONE = 'topology.kubernetes.io/zone';

export interface SliceChanges {
  readonly create: readonly Draft<discovery.EndpointSlice>[];
  readonly update: readonly Slice[];
  readonly remove: readonly Slice[];
}

export function addressTypesOf(service: Service): readonly ('IPv4' | 'IPv6')[] {
  const families = (service.spec.ipFamilies ?? []).filter((f) => f === 'IPv4' || f === 'IPv6') as ('IPv4' | 'IPv6')[];
  if (families.length > 0) return families;
  const ip = service.spec.clusterIP ?? '';
  return ip !== '' && ip !== 'None' ? [isIPv6(ip) ? 'IPv6' : 'IPv4'] : ['IPv4', 'IPv6'];
}

function sliceLabels(service: Service): Record<string, string> {
  const own = Object.entries(service.metadata.labels ?? {}).filter(([name]) => !RESERVED.has(name));
  return { ...Object.fromEntries(own), ...(isHeadless(service) && { [HEADLESS]: '' }), [SERVICE_NAME]: service.metadata.name, [MANAGED_BY]: CONTROLLER };
}

export function endpointOf(pod: Pod, node: Node | undefined, service: Service, v6: boolean): Endpoint {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const ready = service.spec.publishNotReadyAddresses === true || (serving && !terminating);
  const zone = node?.metadata.labels?.[ZONE];
  return {
    addresses: addressesOf(pod, v6),
    conditions: { ready, serving, terminating },
    targetRef: targetRef(pod),
    ...((pod.spec.nodeName ?? '') !== '' && { nodeName: pod.spec.nodeName }),
    ...(zone !== undefined && zone !== '' && { zone }),
    ...(hasHostname(pod, service) && { hostname: pod.spec.hostname }),
  } as Endpoint;
}

/** The same pod at the same address. */
function identity(e: Endpoint): string {
  return JSON.stringify([e.addresses, e.nodeName, e.hostname, e.targetRef?.namespace, e.targetRef?.name]);
}

const portsKey = (ports: readonly Port[]): string => JSON.stringify(sortedByHash(ports, slicePortText).map(slicePortText));

/** Endpoints that have the same ports. */
interface PortGroup {
  readonly ports: readonly Port[];
  /** By identity. */
  readonly endpoints: Map<string, Endpoint>;
}

/** By portsKey. */
function groupByPorts(service: Service, pods: readonly Pod[], nodes: (name: string) => Node | undefined, v6: boolean): Map<string, PortGroup> {
  const groups = new Map<string, PortGroup>();
  for (const pod of pods) {
    if (!hasEndpoint(pod, true)) continue;
    const ports = sortedByHash(portsOn(pod, service), slicePortText);
    const key = portsKey(ports);
    const group = groups.get(key) ?? { ports, endpoints: new Map<string, Endpoint>() };
    groups.set(key, group);
    const endpoint = endpointOf(pod, nodes(pod.spec.nodeName ?? ''), service, v6);
    if ((endpoint.addresses ?? []).length > 0) group.endpoints.set(identity(endpoint), endpoint);
  }
  return groups;
}

function newSlice(service: Service, ports: readonly Port[], addressType: string, endpoints: readonly Endpoint[]): Draft<discovery.EndpointSlice> {
  const { namespace, name } = service.metadata;
  return {
    metadata: { namespace, generateName: `${name}-`.length <= 253 ? `${name}-` : name, labels: sliceLabels(service), ownerReferences: [controllerRef(service, coreTypes.Service)] },
    addressType,
    ports: ports.length === 0 ? null : ports,
    endpoints: endpoints.length === 0 ? null : endpoints,
  };
}

/** Conditions, zones and the like may differ where identities agree; hints are another's. */
function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  const { hints: _, ...x } = a;
  const { hints: __, ...y } = b;
  return semanticEqual(x, y) && a.conditions.ready === b.conditions.ready;
}

/** One slice as it stands and as it will. */
interface Draughted {
  readonly slice: Slice;
  endpoints: Endpoint[];
  changed: boolean;
}

/** What of the existing slice stays wanted; wanted endpoints that it holds are taken out of `wanted`. */
function keep(slice: Slice, wanted: Map<string, Endpoint>, labels: Record<string, string>): Draughted {
  const endpoints: Endpoint[] = [];
  let changed = !semanticEqual(slice.metadata.labels, labels);
  for (const existing of slice.endpoints ?? []) {
    const key = identity(existing);
    const fresh = wanted.get(key);
    if (!fresh) {
      changed = true;
      continue;
    }
    wanted.delete(key);
    changed ||= !sameEndpoint(existing, fresh);
    endpoints.push(fresh);
  }
  return { slice, endpoints, changed };
}

/** Fills slices that change anyway, then the fullest unchanged one that has room for all, then new ones. */
function place(drafts: readonly Draughted[], wanted: Map<string, Endpoint>, max: number): Endpoint[][] {
  const rest = [...wanted.values()];
  const fill = (draft: Draughted): void => {
    const room = max - draft.endpoints.length;
    if (room <= 0 || rest.length === 0) return;
    draft.endpoints.push(...rest.splice(0, room));
    draft.changed = true;
  };
  [...drafts].filter((d) => d.changed && d.endpoints.length > 0).sort((a, b) => b.endpoints.length - a.endpoints.length).forEach(fill);
  if (rest.length > 0 && rest.length < max) {
    const roomy = drafts.filter((d) => !d.changed && d.endpoints.length + rest.length <= max).sort((a, b) => b.endpoints.length - a.endpoints.length);
    if (roomy[0]) fill(roomy[0]);
  }
  const created: Endpoint[][] = [];
  while (rest.length > 0) created.push(rest.splice(0, max));
  return created;
}

interface Sorted {
  create: Draft<discovery.EndpointSlice>[];
  update: Slice[];
  remove: Slice[];
}

function reconcileType(service: Service, addressType: 'IPv4' | 'IPv6', groups: Map<string, PortGroup>, existing: readonly Slice[], max: number): Sorted {
  const labels = sliceLabels(service);
  const byPorts = groupBy(existing, (slice) => portsKey((slice.ports ?? []) as readonly Port[]));
  const out: Sorted = { create: [], update: [], remove: [] };
  let kept = 0;
  for (const [key, { ports, endpoints }] of groups) {
    const wanted = new Map(endpoints);
    const drafts = (byPorts.get(key) ?? []).map((slice) => keep(slice, wanted, labels));
    for (const fresh of place(drafts, wanted, max)) out.create.push(newSlice(service, ports, addressType, fresh));
    for (const { slice, endpoints: now, changed } of drafts) {
      if (changed && now.length === 0) out.remove.push(slice);
      else kept++;
      if (changed && now.length > 0) out.update.push({ ...slice, metadata: { ...slice.metadata, labels }, endpoints: now });
    }
  }
  for (const [key, slices] of byPorts) if (!groups.has(key)) out.remove.push(...slices);
  if (kept === 0 && out.create.length === 0) keepPlaceholder(out, service, addressType, labels);
  return recycled(out);
}

/** A service without endpoints has one empty slice. */
function keepPlaceholder(out: Sorted, service: Service, addressType: string, labels: Record<string, string>): void {
  const [only] = out.remove;
  const isPlaceholder = out.remove.length === 1 && only && (only.endpoints ?? []).length === 0 && (only.ports ?? []).length === 0 && semanticEqual(only.metadata.labels, labels);
  if (isPlaceholder) out.remove = [];
  else out.create.push(newSlice(service, [], addressType, []));
}

/** Rather than one deleted and one created, one is changed. */
function recycled({ create, update, remove }: Sorted): Sorted {
  const reused = Math.min(create.length, remove.length);
  const changed = remove.slice(0, reused).map((old, i) => {
    const fresh = create[i] as Draft<discovery.EndpointSlice>;
    return { ...old, metadata: { ...old.metadata, labels: fresh.metadata?.labels, annotations: undefined }, ports: fresh.ports, endpoints: fresh.endpoints } as unknown as Slice;
  });
  return { create: create.slice(reused), update: [...update, ...changed], remove: remove.slice(reused) };
}

/** `existing`: slices of this controller for this service. `max`: endpoints a slice. */
export function reconcileSlices(service: Service, pods: readonly Pod[], nodes: (name: string) => Node | undefined, existing: readonly Slice[], max: number): SliceChanges {
  const types = addressTypesOf(service);
  const isOurs = (slice: Slice): boolean => slice.metadata.ownerReferences?.some((ref) => ref.uid === service.metadata.uid) === true;
  const wrong = existing.filter((slice) => !types.includes(slice.addressType as 'IPv4') || !isOurs(slice));
  const parts = types.map((type) => reconcileType(service, type, groupByPorts(service, pods, nodes, type === 'IPv6'), existing.filter((slice) => slice.addressType === type && !wrong.includes(slice)), max));
  return { create: parts.flatMap((p) => p.create), update: parts.flatMap((p) => p.update), remove: [...wrong, ...parts.flatMap((p) => p.remove)] };
}
