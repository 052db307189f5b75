/** Endpoints. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateEndpoints). */
import type { EndpointAddress, EndpointPort, Endpoints, EndpointSubset } from '../../../apimachinery/types/core.gen.ts';
import { Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../equality.ts';
import { endpointIP } from './endpoint-ip.ts';
import { dnsLabel, legacyIP, oneOf, qualifiedName } from './fields.ts';
import { each, isValidPortNum, nameIsDNSSubdomain } from './format.ts';
import { PROTOCOLS } from './service-ports.ts';

const SUBSETS = Path.of('subsets');

function address({ ip, hostname, nodeName }: EndpointAddress, path: Path): FieldError[] {
  return [
    ...legacyIP(ip, path.child('ip')),
    ...(hostname ? dnsLabel(hostname, path.child('hostname')) : []),
    ...(nodeName === undefined ? [] : each(path.child('nodeName'), nodeName, nameIsDNSSubdomain(nodeName))),
    ...endpointIP(ip, path.child('ip')),
  ];
}

function port(p: EndpointPort, needsName: boolean, path: Path): FieldError[] {
  return [
    ...(needsName && !p.name ? [required(path.child('name'))] : []),
    ...(p.name ? dnsLabel(p.name, path.child('name')) : []),
    ...each(path.child('port'), p.port, isValidPortNum(p.port)),
    ...oneOf(p.protocol, PROTOCOLS, path.child('protocol')),
    ...(p.appProtocol === undefined ? [] : qualifiedName(p.appProtocol, path.child('appProtocol'))),
  ];
}

function subset({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset, path: Path): FieldError[] {
  return [
    ...(addresses.length + notReadyAddresses.length === 0 ? [required(path, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addresses.flatMap((a, i) => address(a, path.child('addresses').index(i))),
    ...notReadyAddresses.flatMap((a, i) => address(a, path.child('notReadyAddresses').index(i))),
    ...ports.flatMap((p, i) => port(p, ports.length > 1, path.child('ports').index(i))),
  ];
}

export const validateEndpointsCreate = ({ subsets }: Endpoints): ErrorList =>
  (subsets ?? []).flatMap((s, i) => subset(s, SUBSETS.index(i)));

/** What was stored may stay. */
export const validateEndpointsUpdate = (e: Endpoints, old: Endpoints): ErrorList =>
  semanticEqual(e.subsets, old.subsets) ? [] : validateEndpointsCreate(e);
