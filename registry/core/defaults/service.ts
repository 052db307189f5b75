/** Defaults of services and endpoints. Behaves like upstream pkg/apis/core/v1/defaults.go. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import { defineDefaults } from '../../generic/define.ts';

/** Reachable from outside the cluster, by node ports, a load balancer or external addresses. */
export function isExternallyAccessible(spec: { readonly type?: string; readonly externalIPs?: readonly string[] }): boolean {
  return spec.type === 'LoadBalancer' || spec.type === 'NodePort' || (spec.type === 'ClusterIP' && (spec.externalIPs ?? []).length > 0);
}

function defaultSessionAffinity(spec: core.ServiceSpec): void {
  spec.sessionAffinity ||= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  if (spec.sessionAffinity === 'ClientIP' && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10800 } };
  }
}

function defaultPort(port: core.ServicePort): void {
  port.protocol ||= 'TCP';
  if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port;
}

function defaultService(svc: core.Service): void {
  const { spec } = svc;
  defaultSessionAffinity(spec);
  spec.type ||= 'ClusterIP';
  (spec.ports ?? []).forEach(defaultPort);
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster';
  if (['NodePort', 'LoadBalancer', 'ClusterIP'].includes(spec.type)) spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type !== 'LoadBalancer') return;
  spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of svc.status.loadBalancer?.ingress ?? []) if (ingress.ip) ingress.ipMode ??= 'VIP';
}

export default [
  defineDefaults(core.Service, defaultService),
  defineDefaults(core.EndpointPort, (port) => {
    port.protocol ||= 'TCP';
  }),
];
