/** EndpointSlices. Behaves like upstream pkg/apis/discovery/validation/validation.go. */
import type { Endpoint, EndpointHints, EndpointPort, EndpointSlice } from '../../../apimachinery/types/discovery.gen.ts';
import { isFullyQualifiedDomainName } from '../../../apimachinery/validation/dns.ts';
import {
  duplicate,
  invalid,
  notSupported,
  Path,
  required,
  tooMany,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { isValidIP } from '../../../apimachinery/validation/ip.ts';
import { semanticEqual } from '../../core/equality.ts';
import { endpointIP } from '../../core/validation/endpoint-ip.ts';
import { dnsLabel, immutable, labels, legacyIP, oneOf, qualifiedName } from '../../core/validation/fields.ts';
import { each, isValidLabelValue, nameIsDNSSubdomain } from '../../core/validation/format.ts';
import { parseIP } from '../../core/validation/ip.ts';
import { PROTOCOLS } from '../../core/validation/service-ports.ts';

const TYPE = Path.of('addressType');
const LIMITS = { endpoints: 1000, addresses: 100, ports: 20000, labels: 16, hints: 8 };

function address(text: string, type: string, list: Path, at: Path): FieldError[] {
  if (type === 'FQDN') return [...isFullyQualifiedDomainName(at, text)];
  if (type !== 'IPv4' && type !== 'IPv6') return [];
  const wrong = type === 'IPv4' ? legacyIP(text, at) : isValidIP(at, text);
  if (wrong.length > 0) return [...wrong];
  const isOther = parseIP(text)?.family !== (type === 'IPv4' ? 4 : 6);
  return [...(isOther ? [invalid(list, text, `must be an ${type} address`)] : []), ...endpointIP(text, at)];
}

type Named = readonly { readonly name: string }[] | undefined;

function names(list: Named, path: Path, rule: (name: string) => readonly string[]): FieldError[] {
  const all = (list ?? []).map((n) => n.name ?? '');
  return all.flatMap((name, i) => {
    const at = path.index(i).child('name');
    return [...(all.indexOf(name) < i ? [duplicate(at, name)] : []), ...each(at, name, rule(name))];
  });
}

function hints(h: EndpointHints | undefined, path: Path): FieldError[] {
  const [zones, nodes] = [(h?.forZones ?? []).length, (h?.forNodes ?? []).length];
  const [zonesPath, nodesPath] = [path.child('forZones'), path.child('forNodes')];
  if (zones > LIMITS.hints) return [tooMany(zonesPath, zones, LIMITS.hints)];
  const errors = names(h?.forZones, zonesPath, isValidLabelValue);
  return [
    ...errors,
    ...(nodes > LIMITS.hints ? [tooMany(nodesPath, nodes, LIMITS.hints)] : names(h?.forNodes, nodesPath, (n) => nameIsDNSSubdomain(n))),
  ];
}

function endpoint(e: Endpoint, type: string, path: Path): FieldError[] {
  const [list, topology] = [path.child('addresses'), path.child('deprecatedTopology')];
  const addresses = e.addresses ?? [];
  const count = Object.keys(e.deprecatedTopology ?? {}).length;
  return [
    ...(addresses.length === 0 ? [required(list, 'must contain at least 1 address')] : []),
    ...(addresses.length > LIMITS.addresses ? [tooMany(list, addresses.length, LIMITS.addresses)] : []),
    ...addresses.flatMap((a, i) => address(a, type, list, list.index(i))),
    ...(e.nodeName === undefined ? [] : each(path.child('nodeName'), e.nodeName, nameIsDNSSubdomain(e.nodeName))),
    ...(count > LIMITS.labels ? [tooMany(topology, count, LIMITS.labels)] : []),
    ...labels(e.deprecatedTopology, topology),
    ...(e.hostname === undefined ? [] : dnsLabel(e.hostname, path.child('hostname'))),
    ...hints(e.hints, path.child('hints')),
  ];
}

function endpoints(list: readonly Endpoint[], type: string): FieldError[] {
  const path = Path.of('endpoints');
  return list.length > LIMITS.endpoints
    ? [tooMany(path, list.length, LIMITS.endpoints)]
    : list.flatMap((e, i) => endpoint(e, type, path.index(i)));
}

function port(p: EndpointPort, isRepeated: boolean, path: Path): FieldError[] {
  const name = p.name ?? '';
  return [
    ...(name === '' ? [] : dnsLabel(name, path.child('name'))),
    ...(isRepeated ? [duplicate(path.child('name'), name)] : []),
    ...(p.protocol === undefined
      ? [required(path.child('protocol'))]
      : PROTOCOLS.includes(p.protocol)
        ? []
        : [notSupported(path.child('protocol'), p.protocol, PROTOCOLS)]),
    ...(p.appProtocol === undefined ? [] : qualifiedName(p.appProtocol, path.child('appProtocol'))),
  ];
}

function ports(list: readonly EndpointPort[]): FieldError[] {
  const path = Path.of('ports');
  const all = list.map((p) => p.name ?? '');
  return list.length > LIMITS.ports
    ? [tooMany(path, list.length, LIMITS.ports)]
    : list.flatMap((p, i) => port(p, all.indexOf(all[i] ?? '') < i, path.index(i)));
}

const slice = (s: EndpointSlice): FieldError[] => [...oneOf(s.addressType, ['FQDN', 'IPv4', 'IPv6'], TYPE), ...ports(s.ports ?? [])];

export const validateEndpointSliceCreate = (s: EndpointSlice): ErrorList => [...slice(s), ...endpoints(s.endpoints ?? [], s.addressType)];

/** Endpoints that were stored may stay. */
export function validateEndpointSliceUpdate(s: EndpointSlice, old: EndpointSlice): ErrorList {
  const changed = !semanticEqual(s.endpoints, old.endpoints);
  return [...slice(s), ...(changed ? endpoints(s.endpoints ?? [], s.addressType) : []), ...immutable(s.addressType, old.addressType, TYPE)];
}
