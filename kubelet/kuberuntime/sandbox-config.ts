/** A pod as CRI's sandbox. Behaves like upstream pkg/kubelet/kuberuntime generatePodSandboxConfig. */
import { allContainersOf, isHostNetwork, type Pod } from '../container/pod.ts';
import { podDNS } from '../network/dns.ts';
import { podHostname } from '../network/hosts.ts';
import type { PodSandboxConfig, PortMapping, Protocol } from '../runtime/interface.ts';
import type { RuntimeHost } from './host.ts';
import { podLabels } from './labels.ts';
import { podCgroup } from './resources.ts';
import { sandboxSecurityContext } from './security-context.ts';

export const podLogDirectory = (root: string, pod: Pod): string => `${root}/${pod.metadata.namespace}_${pod.metadata.name}_${pod.metadata.uid}`;

function portMappings(pod: Pod): PortMapping[] {
  if (isHostNetwork(pod)) return [];
  return allContainersOf(pod).flatMap((c) =>
    (c.ports ?? []).map(({ containerPort, hostPort = 0, hostIP = '', protocol = 'TCP' }) => ({ containerPort, hostPort, hostIp: hostIP, protocol: protocol as Protocol })),
  );
}

export function sandboxConfig(pod: Pod, attempt: number, host: Pick<RuntimeHost, 'dns' | 'podLogsRoot' | 'cgroupRoot'>): PodSandboxConfig {
  const { name, namespace, uid } = pod.metadata;
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: isHostNetwork(pod) ? '' : podHostname(pod, host.dns.clusterDomain).hostname,
    logDirectory: podLogDirectory(host.podLogsRoot, pod),
    dnsConfig: podDNS(pod, host.dns),
    portMappings: portMappings(pod),
    labels: podLabels(pod),
    annotations: { ...pod.metadata.annotations },
    linux: {
      cgroupParent: podCgroup(pod, host.cgroupRoot),
      securityContext: sandboxSecurityContext(pod),
      sysctls: Object.fromEntries((pod.spec.securityContext?.sysctls ?? []).map(({ name: key, value }) => [key.replaceAll('/', '.'), value])),
    },
  };
}
