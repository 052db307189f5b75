/** A pod's names and its /etc/hosts. Behaves like upstream pkg/kubelet managedHostsFileContent and GeneratePodHostNameAndDomain. */
import type { Pod } from '../container/pod.ts';

const MAX_HOSTNAME = 63;

export function podHostname(pod: Pod, clusterDomain: string): { readonly hostname: string; readonly domain: string } {
  const truncate = (name: string): string => (name.length > MAX_HOSTNAME ? name.slice(0, MAX_HOSTNAME).replace(/[-.]+$/, '') : name);
  const { hostname = '', subdomain = '', hostnameOverride } = pod.spec;
  if (hostnameOverride !== undefined) return { hostname: truncate(hostnameOverride), domain: '' };
  return { hostname: truncate(hostname === '' ? pod.metadata.name : hostname), domain: subdomain === '' ? '' : `${subdomain}.${pod.metadata.namespace}.svc.${clusterDomain}` };
}

function aliases(pod: Pod): string {
  const entries = pod.spec.hostAliases ?? [];
  if (entries.length === 0) return '';
  return `\n# Entries added by HostAliases.\n${entries.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join('\t')}\n`).join('')}`;
}

export function podHosts(pod: Pod, podIPs: readonly string[], clusterDomain: string): string {
  const { hostname, domain } = podHostname(pod, clusterDomain);
  const names = domain === '' ? hostname : `${hostname}.${domain}\t${hostname}`;
  return `# Kubernetes-managed hosts file.
127.0.0.1\tlocalhost
::1\tlocalhost ip6-localhost ip6-loopback
fe00::0\tip6-localnet
fe00::0\tip6-mcastprefix
fe00::1\tip6-allnodes
fe00::2\tip6-allrouters
${podIPs.map((ip) => `${ip}\t${names}\n`).join('')}${aliases(pod)}`;
}

/** With the host's network: the node's own file. */
export function hostNetworkHosts(pod: Pod, nodeHosts: string): string {
  return `# Kubernetes-managed hosts file (host network).\n${nodeHosts}${aliases(pod)}`;
}
