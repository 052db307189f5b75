/** The cells of a service's and an Endpoints' row. Behaves like upstream pkg/printers/internalversion/printers.go. */
import type { Endpoints, Service } from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';

/** The addresses or host names of a load balancer, sorted. */
export function loadBalancerText(ingress: readonly { readonly ip?: string; readonly hostname?: string }[] | undefined): string {
  const all = (ingress ?? []).map((i) => i.ip || i.hostname || '').filter((s) => s !== '');
  return [...new Set(all)].sort().join(',');
}

export function externalIP(svc: DeepReadonly<Service>): string {
  const external = svc.spec.externalIPs ?? [];
  switch (svc.spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return external.join(',') || '<none>';
    case 'LoadBalancer': {
      const balancer = loadBalancerText(svc.status.loadBalancer?.ingress);
      return [...(balancer === '' ? [] : [balancer]), ...external].join(',') || '<pending>';
    }
    case 'ExternalName':
      return svc.spec.externalName ?? '';
    default:
      return '<unknown>';
  }
}

export function servicePorts(svc: DeepReadonly<Service>): string {
  const ports = (svc.spec.ports ?? []).map((p) => `${p.port}${p.nodePort ? `:${p.nodePort}` : ''}/${p.protocol ?? ''}`);
  return ports.join(',') || '<none>';
}

const joinHostPort = (ip: string, port: number): string => (ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`);

export function endpointsText(endpoints: DeepReadonly<Endpoints>): string {
  if ((endpoints.subsets ?? []).length === 0) return '<none>';
  const list: string[] = [];
  for (const subset of endpoints.subsets ?? []) {
    const addresses = (subset.addresses ?? []).map((a) => a.ip);
    const ports = subset.ports ?? [];
    if (ports.length === 0) list.push(...addresses);
    for (const port of ports) list.push(...addresses.map((ip) => joinHostPort(ip, port.port)));
  }
  return list.length > 3 ? `${list.slice(0, 3).join(',')} + ${list.length - 3} more...` : list.join(',');
}
