/** Which pods stand behind a service, and how. Behaves like upstream k8s.io/endpointslice utils.go and util/controller_utils.go. */
import { keyOf, type Key } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { ControllerContext, Watch } from '../framework/definition.ts';
import { watch } from '../framework/definition.ts';
import { matchesAll } from '../framework/labels.ts';
import { isPodReady, isPodTerminal, type Pod } from '../pods/conditions.ts';
import type { Port } from './port-order.ts';

export type Service = DeepReadonly<core.Service>;

export function isHeadless(service: Service): boolean {
  return service.spec.clusterIP === 'None' || (service.spec.clusterIP ?? '') === '';
}

export function hasSelector(service: Service): boolean {
  return service.spec.selector !== undefined;
}

export function podsOf(ctx: ControllerContext, service: Service): readonly Pod[] {
  return ctx.lister(core.Pod).list(service.metadata.namespace).filter((pod) => matchesAll(service.spec.selector, pod.metadata.labels));
}

/** A pod has its place once it has an address, until it ended. */
export function hasEndpoint(pod: Pod, includeTerminating: boolean): boolean {
  if (isPodTerminal(pod) || ((pod.status.podIP ?? '') === '' && (pod.status.podIPs ?? []).length === 0)) return false;
  return includeTerminating || pod.metadata.deletionTimestamp === undefined;
}

export function hasHostname(pod: Pod, service: Service): boolean {
  return (pod.spec.hostname ?? '') !== '' && pod.spec.subdomain === service.metadata.name && service.metadata.namespace === pod.metadata.namespace;
}

export const isIPv6 = (ip: string): boolean => ip.includes(':');

export function addressesOf(pod: Pod, v6: boolean): readonly string[] {
  return (pod.status.podIPs ?? []).map(({ ip }) => ip).filter((ip) => isIPv6(ip) === v6);
}

/** The number of a service's target port on this pod; undefined when no container has a port of that name. */
export function findPort(pod: Pod, port: DeepReadonly<core.ServicePort>): number | undefined {
  const target = port.targetPort;
  if (typeof target !== 'string') return target ?? port.port;
  const sidecars = (pod.spec.initContainers ?? []).filter((c) => c.restartPolicy === 'Always');
  for (const container of [...(pod.spec.containers ?? []), ...sidecars]) {
    const found = container.ports?.find((p) => p.name === target && (p.protocol ?? 'TCP') === (port.protocol ?? 'TCP'));
    if (found) return found.containerPort;
  }
  return undefined;
}

export function portsOn(pod: Pod, service: Service): readonly Port[] {
  return (service.spec.ports ?? []).flatMap((port) => {
    const number = findPort(pod, port);
    if (number === undefined) return [];
    const { name = '', protocol = 'TCP', appProtocol } = port;
    return [{ name, port: number, protocol, ...(appProtocol !== undefined && { appProtocol }) }];
  });
}

export function targetRef(pod: Pod) {
  const { namespace, name, uid } = pod.metadata;
  return { kind: 'Pod', namespace, name, uid };
}

/** What a change of a pod must touch to concern a service. */
function relevant(pod: Pod): string {
  const { spec, status, metadata } = pod;
  return JSON.stringify([metadata.labels, metadata.deletionTimestamp, status.podIPs, status.phase, isPodReady(pod), spec.nodeName, spec.hostname, spec.subdomain]);
}

function servicesOf(ctx: ControllerContext, pod: Pod): readonly Service[] {
  return ctx.lister(core.Service).list(pod.metadata.namespace).filter((s) => s.spec.selector !== undefined && matchesAll(s.spec.selector, pod.metadata.labels));
}

/** Reconciles the services that select a pod, or did before it changed. */
export const watchPods: Watch = watch(core.Pod, (pod, ctx, { old }): Key[] => {
  if (old && relevant(old) === relevant(pod)) return [];
  return [...new Set([...servicesOf(ctx, pod), ...(old ? servicesOf(ctx, old) : [])])].map(keyOf);
});
