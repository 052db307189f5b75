/** Ports of services. Behaves like upstream pkg/apis/core/validation/validation.go (validateServicePort and what validateService asks of ports). */
import type { ServicePort, ServiceSpec } from '../../../apimachinery/types/core.gen.ts';
import { duplicate, forbidden, Path, required, type FieldError } from '../../../apimachinery/validation/field.ts';
import { dnsLabel, oneOf, qualifiedName } from './fields.ts';
import { each, isValidPortNum } from './format.ts';
import { portNumberOrName } from './probe.ts';

const PORTS = Path.of('spec', 'ports');

export const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function port(p: ServicePort, needsName: boolean, isRepeated: boolean, path: Path): FieldError[] {
  const name = p.name ?? '';
  return [
    ...(needsName && name === '' ? [required(path.child('name'))] : []),
    ...(name === '' ? [] : dnsLabel(name, path.child('name'))),
    ...(isRepeated ? [duplicate(path.child('name'), name)] : []),
    ...each(path.child('port'), p.port, isValidPortNum(p.port)),
    ...oneOf(p.protocol, PROTOCOLS, path.child('protocol')),
    ...portNumberOrName(p.targetPort ?? 0, path.child('targetPort')),
    ...(p.appProtocol === undefined ? [] : qualifiedName(p.appProtocol, path.child('appProtocol'))),
  ];
}

export function servicePorts(ports: readonly ServicePort[]): FieldError[] {
  const names = ports.map((p) => p.name ?? '');
  return ports.flatMap((p, i) => port(p, ports.length > 1, names[i] !== '' && names.indexOf(names[i] ?? '') < i, PORTS.index(i)));
}

/** How upstream prints its internal type. */
const internal = ({ protocol, port: number }: ServicePort): unknown => ({
  Name: '',
  Protocol: protocol,
  AppProtocol: null,
  Port: number,
  TargetPort: 0,
  NodePort: 0,
});

function repeated<T>(list: readonly T[], key: (item: T) => string | undefined, error: (item: T, i: number) => FieldError): FieldError[] {
  const seen = new Set<string>();
  return list.flatMap((item, i) => {
    const k = key(item);
    if (k === undefined) return [];
    const isRepeated = seen.has(k);
    seen.add(k);
    return isRepeated ? [error(item, i)] : [];
  });
}

export function portCollisions({ type, ports }: ServiceSpec): FieldError[] {
  const list = ports ?? [];
  const forbiddenHere =
    type === 'ClusterIP'
      ? list.flatMap((p, i) =>
          p.nodePort ? [forbidden(PORTS.index(i).child('nodePort'), "may not be used when `type` is 'ClusterIP'")] : [],
        )
      : [];
  return [
    ...forbiddenHere,
    ...repeated(
      list,
      (p) => (p.nodePort ? `${p.protocol}/${p.nodePort}` : undefined),
      (p, i) => duplicate(PORTS.index(i).child('nodePort'), p.nodePort),
    ),
    ...repeated(
      list,
      (p) => `${p.protocol}/${p.port}`,
      (p, i) => duplicate(PORTS.index(i), internal(p)),
    ),
  ];
}
