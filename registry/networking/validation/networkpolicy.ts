/** NetworkPolicies. Behaves like upstream pkg/apis/networking/validation/validation.go (ValidateNetworkPolicy). */
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from '../../../apimachinery/types/networking.gen.ts';
import {
  forbidden,
  invalid,
  notSupported,
  Path,
  required,
  type ErrorList,
  type FieldError,
} from '../../../apimachinery/validation/field.ts';
import { labelSelector, legacyCIDR } from '../../core/validation/fields.ts';
import { each, isValidPortName, isValidPortNum } from '../../core/validation/format.ts';
import { parseCIDR, type CIDR } from '../../core/validation/ip.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const SPEC = Path.of('spec');
const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];
const TYPES = ['Ingress', 'Egress'];

function endPort(end: number | undefined, port: number | string | undefined, path: Path): FieldError[] {
  if (end === undefined) return [];
  if (port === undefined) return [invalid(path, end, 'may not be specified when `port` is not specified')];
  if (typeof port === 'string') return [invalid(path, end, 'may not be specified when `port` is non-numeric')];
  return [...(end < port ? [invalid(path, port, 'must be greater than or equal to `port`')] : []), ...each(path, end, isValidPortNum(end))];
}

function policyPort({ protocol, port, endPort: end }: NetworkPolicyPort, path: Path): FieldError[] {
  const [at, endAt] = [path.child('port'), path.child('endPort')];
  const wrongProtocol =
    protocol === undefined || PROTOCOLS.includes(protocol) ? [] : [notSupported(path.child('protocol'), protocol, PROTOCOLS)];
  const ends = endPort(end, port, endAt);
  if (typeof port === 'string') return [...wrongProtocol, ...ends, ...each(at, port, isValidPortName(port))];
  return [...wrongProtocol, ...(port === undefined ? [] : each(at, port, isValidPortNum(port))), ...ends];
}

/** Strictly inside. */
function isPart(inner: CIDR, outer: CIDR): boolean {
  const bits = outer.ip.family === 4 ? 32 : 128;
  const shift = BigInt(bits - outer.prefix);
  return inner.ip.family === outer.ip.family && outer.prefix < inner.prefix && inner.ip.value >> shift === outer.ip.value >> shift;
}

function ipBlock({ cidr, except }: IPBlock, path: Path): FieldError[] {
  if (!cidr) return [required(path.child('cidr'))];
  const outer = parseCIDR(cidr);
  if (!outer) return legacyCIDR(cidr, path.child('cidr'));
  return (except ?? []).flatMap((text, i) => {
    const at = path.child('except').index(i);
    const inner = parseCIDR(text);
    if (!inner) return legacyCIDR(text, at);
    return isPart(inner, outer) ? [] : [invalid(at, text, 'must be a strict subset of `cidr`')];
  });
}

function peer(p: NetworkPolicyPeer, allowInvalidLabelValue: boolean, path: Path): FieldError[] {
  const isOther = p.podSelector !== undefined || p.namespaceSelector !== undefined;
  return [
    ...labelSelector(p.podSelector, path.child('podSelector'), { allowInvalidLabelValue }),
    ...labelSelector(p.namespaceSelector, path.child('namespaceSelector'), { allowInvalidLabelValue }),
    ...(p.ipBlock ? ipBlock(p.ipBlock, path.child('ipBlock')) : []),
    ...(!isOther && !p.ipBlock ? [required(path, 'must specify a peer')] : []),
    ...(isOther && p.ipBlock ? [forbidden(path, 'may not specify both ipBlock and another peer')] : []),
  ];
}

interface Rule {
  readonly ports: readonly NetworkPolicyPort[] | undefined;
  readonly peers: readonly NetworkPolicyPeer[] | undefined;
}

function rule({ ports, peers }: Rule, side: string, allowInvalidLabelValue: boolean, path: Path): FieldError[] {
  return [
    ...(ports ?? []).flatMap((p, i) => policyPort(p, path.child('ports').index(i))),
    ...(peers ?? []).flatMap((p, i) => peer(p, allowInvalidLabelValue, path.child(side).index(i))),
  ];
}

function policyTypes(types: readonly string[]): FieldError[] {
  const path = SPEC.child('policyTypes');
  if (types.length > TYPES.length) return [invalid(path, types, 'may not specify more than two policyTypes')];
  return types.flatMap((t, i) => (TYPES.includes(t) ? [] : [notSupported(path.index(i), t, TYPES)]));
}

function check({ spec }: NetworkPolicy, allowInvalidLabelValue: boolean): FieldError[] {
  return [
    ...labelSelector(spec.podSelector, SPEC.child('podSelector'), { allowInvalidLabelValue }),
    ...(spec.ingress ?? []).flatMap((r, i) =>
      rule({ ports: r.ports, peers: r.from }, 'from', allowInvalidLabelValue, SPEC.child('ingress').index(i)),
    ),
    ...(spec.egress ?? []).flatMap((r, i) =>
      rule({ ports: r.ports, peers: r.to }, 'to', allowInvalidLabelValue, SPEC.child('egress').index(i)),
    ),
    ...policyTypes(spec.policyTypes ?? []),
  ];
}

export const validateNetworkPolicy = (policy: NetworkPolicy): ErrorList => check(policy, false);

/** Upstream checks the new object twice. */
export function validateNetworkPolicyUpdate(policy: NetworkPolicy, old: NetworkPolicy, _ctx: RequestContext, metadata: MetadataErrors): ErrorList {
  const errors = check(policy, labelSelector(old.spec.podSelector, SPEC).length > 0);
  return [...metadata.whole(), ...errors, ...metadata.change(), ...errors];
}
