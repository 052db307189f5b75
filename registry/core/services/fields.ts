/** Fields of a service that depend on each other or on its type. Behaves like upstream pkg/registry/core/service (normalizeClusterIPs, patchAllocatedValues, dropTypeDependentFields). */
import type { Service, ServiceSpec } from '../../../apimachinery/types/core.gen.ts';
import { isExternallyAccessible } from '../defaults/service.ts';
import { semanticEqual } from '../equality.ts';
import { allocatesNodePorts, needsHealthCheckPort, needsNodePort } from './node-ports.ts';

export const needsClusterIP = ({ type }: { readonly type?: string }): boolean => type !== 'ExternalName';
export const sameClusterIPs = (a: ServiceSpec, b: ServiceSpec): boolean => semanticEqual(a.clusterIPs, b.clusterIPs);
export const sameIPFamilies = (a: ServiceSpec, b: ServiceSpec): boolean => semanticEqual(a.ipFamilies, b.ipFamilies);

/** Keeps clusterIP and clusterIPs in step for clients that know only one of them. */
export function normalizeClusterIPs(spec: ServiceSpec, old: ServiceSpec | undefined): void {
  const ip = spec.clusterIP ?? '';
  const ips = spec.clusterIPs ?? [];
  if (!old) {
    if (ip !== '' && ips.length === 0) spec.clusterIPs = [ip];
    return;
  }
  const oldIP = old.clusterIP ?? '';
  if ((old.clusterIPs ?? []).length > 0 && ips.length === 0 && oldIP === ip && old.clusterIPs) spec.clusterIPs = [...old.clusterIPs];
  if (oldIP === ip || !sameClusterIPs(old, spec)) return;
  if (oldIP !== '' && ip === '') delete spec.clusterIPs;
  else spec.clusterIPs = [ip];
}

/** What the server chose before stays when the client leaves it out. */
export function keepAllocated(spec: ServiceSpec, old: ServiceSpec): void {
  if (needsClusterIP(old) && needsClusterIP(spec)) {
    if (!spec.clusterIP && old.clusterIP) spec.clusterIP = old.clusterIP;
    if ((spec.clusterIPs ?? []).length === 0 && old.clusterIPs) spec.clusterIPs = [...old.clusterIPs];
  }
  if (allocatesNodePorts(old) && allocatesNodePorts(spec)) keepNodePorts(spec, old);
  if (needsHealthCheckPort(old) && needsHealthCheckPort(spec) && !spec.healthCheckNodePort && old.healthCheckNodePort)
    spec.healthCheckNodePort = old.healthCheckNodePort;
}

function keepNodePorts(spec: ServiceSpec, old: ServiceSpec): void {
  const of = (s: ServiceSpec): Set<number> => new Set((s.ports ?? []).map((p) => p.nodePort ?? 0).filter((p) => p !== 0));
  const before = of(old);
  const used = new Set([...of(spec)].filter((p) => before.has(p)));
  const byName = new Map((old.ports ?? []).map((p) => [p.name ?? '', p.nodePort ?? 0]));
  for (const port of spec.ports ?? []) {
    const was = byName.get(port.name ?? '') ?? 0;
    if (!port.nodePort && was !== 0 && !used.has(was)) port.nodePort = was;
  }
}

/** A changed type drops what belonged to the old one, where the client left it as it was. */
export function dropTypeDependentFields(svc: Service, old: Service): void {
  const { spec } = svc;
  if (needsClusterIP(old.spec) && !needsClusterIP(spec)) dropClusterIPs(spec, old.spec);
  const before = new Set((old.spec.ports ?? []).map((p) => p.nodePort ?? 0));
  if (needsNodePort(old.spec) && !needsNodePort(spec) && (spec.ports ?? []).every((p) => !p.nodePort || before.has(p.nodePort)))
    for (const p of spec.ports ?? []) delete p.nodePort;
  if (needsHealthCheckPort(old.spec) && !needsHealthCheckPort(spec) && spec.healthCheckNodePort === old.spec.healthCheckNodePort)
    delete spec.healthCheckNodePort;
  if (old.spec.type === 'LoadBalancer' && spec.type !== 'LoadBalancer') dropLoadBalancerFields(spec, old.spec);
  if (isExternallyAccessible(old.spec) && !isExternallyAccessible(spec) && spec.externalTrafficPolicy === old.spec.externalTrafficPolicy)
    delete spec.externalTrafficPolicy;
  if (spec.type !== 'LoadBalancer') svc.status = { ...svc.status, loadBalancer: {} };
}

function dropClusterIPs(spec: ServiceSpec, old: ServiceSpec): void {
  if ((spec.clusterIP ?? '') === (old.clusterIP ?? '') && sameClusterIPs(spec, old)) {
    delete spec.clusterIP;
    delete spec.clusterIPs;
  }
  if (sameIPFamilies(spec, old)) delete spec.ipFamilies;
  if (spec.ipFamilyPolicy === old.ipFamilyPolicy) delete spec.ipFamilyPolicy;
}

function dropLoadBalancerFields(spec: ServiceSpec, old: ServiceSpec): void {
  if (spec.allocateLoadBalancerNodePorts === old.allocateLoadBalancerNodePorts) delete spec.allocateLoadBalancerNodePorts;
  if (spec.loadBalancerClass === old.loadBalancerClass) delete spec.loadBalancerClass;
}
