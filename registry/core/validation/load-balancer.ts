/** What a load balancer tells. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateLoadBalancerStatus). */
import type { LoadBalancerIngress, LoadBalancerStatus } from '../../../apimachinery/types/core.gen.ts';
import { forbidden, invalid, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { dnsSubdomain, legacyIP } from './fields.ts';
import { parseIP } from './ip.ts';

const MODES = ['Proxy', 'VIP'];

function ipMode({ ip, ipMode: mode }: LoadBalancerIngress, path: Path): FieldError[] {
  if (mode === undefined) return ip ? [required(path, 'must be specified when `ip` is set')] : [];
  if (!ip) return [forbidden(path, 'may not be specified when `ip` is not set')];
  return MODES.includes(mode) ? [] : [notSupported(path, mode, MODES)];
}

export function hostname(name: string | undefined, path: Path): FieldError[] {
  if (!name) return [];
  return [...dnsSubdomain(name, path), ...(parseIP(name) ? [invalid(path, name, 'must be a DNS name, not an IP address')] : [])];
}

export function loadBalancerStatus(status: LoadBalancerStatus | undefined, type: string | undefined, path: Path): FieldError[] {
  const ingress = status?.ingress ?? [];
  const list = path.child('ingress');
  if (type !== 'LoadBalancer' && ingress.length > 0) return [forbidden(list, "may only be used when `spec.type` is 'LoadBalancer'")];
  return ingress.flatMap((entry, i) => [
    ...(entry.ip ? legacyIP(entry.ip, list.index(i).child('ip')) : []),
    ...ipMode(entry, list.index(i).child('ipMode')),
    ...hostname(entry.hostname, list.index(i).child('hostname')),
  ]);
}
