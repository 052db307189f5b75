/** The EndpointSlices that mirror an Endpoints object which somebody else wrote. Pure. Behaves like upstream pkg/controller/endpointslicemirroring. */
import * as core from '../../apimachinery/types/core.gen.ts';
import type * as discovery from '../../apimachinery/types/discovery.gen.ts';
import type { DeepReadonly, Draft } from '../../apimachinery/types/type.ts';
import { controllerRef } from '../framework/owners.ts';
import { semanticEqual } from '../framework/semantic-equal.ts';
import { slicePortText, sortedByHash, type Port } from './port-order.ts';
import { isIPv6 } from './service-pods.ts';
import { MANAGED_BY, SERVICE_NAME, type Endpoint, type Slice } from './slices.ts';

export type Endpoints = DeepReadonly<core.Endpoints>;

export const CONTROLLER = 'endpointslicemirroring-controller.k8s.io';
/** Addresses of one subset beyond this are not mirrored. */
const MAX_PER_SUBSET = 1000;
const NOT_COPIED = new Set(['endpoints.kubernetes.io/last-change-trigger-time', 'kubectl.kubernetes.io/last-applied-configuration']);

export function isMirrored({ metadata: { labels, annotations } }: Endpoints): boolean {
  return labels?.['endpointslice.kubernetes.io/skip-mirror'] !== 'true' && annotations?.['control-plane.alpha.kubernetes.io/leader'] === undefined;
}

interface Group {
  readonly addressType: 'IPv4' | 'IPv6';
  readonly ports: readonly Port[];
  readonly endpoints: Endpoint[];
}

const keyOfGroup = (addressType: string, ports: readonly Port[]): string => JSON.stringify([addressType, sortedByHash(ports, slicePortText).map(slicePortText)]);

function endpointOf(address: DeepReadonly<core.EndpointAddress>, ready: boolean): Endpoint {
  const { ip, nodeName, hostname = '', targetRef } = address;
  return { addresses: [ip], conditions: { ready }, ...(hostname !== '' && { hostname }), ...(nodeName !== undefined && { nodeName }), ...(targetRef && { targetRef }) } as Endpoint;
}

function groupsOf({ subsets }: Endpoints): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const subset of subsets ?? []) {
    const ports = (subset.ports ?? []).map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({ name, port, protocol, ...(appProtocol !== undefined && { appProtocol }) }));
    const all = [...(subset.addresses ?? []).map((a) => endpointOf(a, true)), ...(subset.notReadyAddresses ?? []).map((a) => endpointOf(a, false))];
    for (const endpoint of all.slice(0, MAX_PER_SUBSET)) {
      const addressType = isIPv6(endpoint.addresses?.[0] ?? '') ? 'IPv6' : 'IPv4';
      const key = keyOfGroup(addressType, ports);
      const group = groups.get(key) ?? { addressType, ports, endpoints: [] };
      groups.set(key, group);
      group.endpoints.push(endpoint);
    }
  }
  return groups;
}

function sliceFor(endpoints: Endpoints, { addressType, ports, endpoints: wanted }: Group, existing: Slice | undefined): Draft<discovery.EndpointSlice> {
  const { namespace, name, labels, annotations } = endpoints.metadata;
  const copied = Object.entries(annotations ?? {}).filter(([key]) => !NOT_COPIED.has(key));
  return {
    metadata: {
      namespace,
      ...(existing ? { name: existing.metadata.name } : { generateName: `${name}-` }),
      labels: { ...labels, [SERVICE_NAME]: name, [MANAGED_BY]: CONTROLLER },
      ...(copied.length > 0 && { annotations: Object.fromEntries(copied) }),
      ownerReferences: [controllerRef(endpoints, core.Endpoints)],
    },
    addressType,
    ports: sortedByHash(ports, slicePortText),
    endpoints: wanted,
  };
}

function isCurrent(existing: Slice, wanted: Draft<discovery.EndpointSlice>): boolean {
  const byAddress = (list: readonly Endpoint[]): readonly Endpoint[] => [...list].sort((a, b) => (JSON.stringify(a.addresses) < JSON.stringify(b.addresses) ? -1 : 1));
  const same = (list: readonly Endpoint[]): unknown => byAddress(list).map((e) => [e, e.conditions.ready]);
  return semanticEqual(same(existing.endpoints ?? []), same((wanted.endpoints ?? []) as readonly Endpoint[])) && semanticEqual(existing.metadata.labels, wanted.metadata?.labels) && semanticEqual(existing.metadata.annotations, wanted.metadata?.annotations);
}

export interface MirrorChanges {
  readonly create: readonly Draft<discovery.EndpointSlice>[];
  readonly update: readonly Draft<discovery.EndpointSlice>[];
  readonly remove: readonly Slice[];
}

/** `existing`: slices of this controller for these Endpoints. */
export function mirror(endpoints: Endpoints, existing: readonly Slice[]): MirrorChanges {
  const spare = [...existing];
  const take = (accepts: (slice: Slice) => boolean): Slice | undefined => {
    const at = spare.findIndex(accepts);
    return at < 0 ? undefined : spare.splice(at, 1)[0];
  };
  const groups = groupsOf(endpoints);
  const matched = [...groups].map(([key, group]) => ({ group, slice: take((s) => keyOfGroup(s.addressType, (s.ports ?? []) as readonly Port[]) === key) }));
  const placed = matched.map(({ group, slice }) => ({ group, slice: slice ?? take((s) => s.addressType === group.addressType), isKept: slice !== undefined }));
  const drafts = placed.map(({ group, slice, isKept }) => ({ slice, isKept, draft: sliceFor(endpoints, group, slice) }));
  return {
    create: drafts.filter(({ slice }) => !slice).map(({ draft }) => draft),
    update: drafts.filter(({ slice, isKept, draft }) => slice && !(isKept && isCurrent(slice, draft))).map(({ draft }) => draft),
    remove: spare,
  };
}
