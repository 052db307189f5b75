/** What is mounted into a container: its volumes, /etc/hosts, its termination log. Behaves like upstream pkg/kubelet makeMounts. */
import { isHostNetwork, type Container, type Pod } from '../container/pod.ts';
import { expandStrict } from '../environment/expansion.ts';
import { hostNetworkHosts, podHosts } from '../network/hosts.ts';
import type { Mount, MountPropagation } from '../runtime/interface.ts';
import { joinPath } from '../volumes/files.ts';
import type { PodVolumes } from '../volumes/volume-manager.ts';
import type { RuntimeHost } from './host.ts';

const HOSTS = '/etc/hosts';
const PROPAGATION: Readonly<Record<string, MountPropagation>> = { HostToContainer: 'PROPAGATION_HOST_TO_CONTAINER', Bidirectional: 'PROPAGATION_BIDIRECTIONAL' };
const encoder = new TextEncoder();

type VolumeMount = NonNullable<Container['volumeMounts']>[number];

function subPathOf(mount: VolumeMount, env: ReadonlyMap<string, string>): string {
  if (mount.subPathExpr === undefined || mount.subPathExpr === '') return mount.subPath ?? '';
  const { text, missing } = expandStrict(mount.subPathExpr, (name) => env.get(name));
  if (missing.length > 0) throw new Error(`missing value for ${missing.map((m) => JSON.stringify(m)).join(', ')}`);
  return text;
}

async function volumeMount(mount: VolumeMount, container: Container, volumes: PodVolumes, env: ReadonlyMap<string, string>, host: RuntimeHost): Promise<Mount> {
  const volume = volumes.get(mount.name);
  if (!volume) throw new Error(`cannot find volume "${mount.name}" to mount into container "${container.name}"`);
  const subPath = subPathOf(mount, env);
  if (subPath.startsWith('/')) throw new Error(`error SubPath \`${subPath}\` must not be an absolute path`);
  if (subPath.split('/').includes('..')) throw new Error(`unable to provision SubPath \`${subPath}\`: must not contain '..'`);
  let { hostPath } = volume;
  if (subPath !== '') {
    try {
      hostPath = await host.files.subPath(volume.hostPath, subPath);
    } catch (error) {
      host.log.warn('failed to prepare subPath', { container: container.name, volume: mount.name, why: error instanceof Error ? error.message : String(error) });
      throw new Error(`failed to prepare subPath for volumeMount "${mount.name}" of container "${container.name}"`, { cause: error });
    }
  }
  return { containerPath: mount.mountPath.startsWith('/') ? mount.mountPath : joinPath(mount.mountPath), hostPath, readonly: mount.readOnly === true || volume.readOnly === true, propagation: PROPAGATION[mount.mountPropagation ?? ''] ?? 'PROPAGATION_PRIVATE' };
}

/** Written anew for each container, as addresses may have changed. */
async function hostsMount(pod: Pod, podIPs: readonly string[], host: RuntimeHost): Promise<Mount> {
  const path = joinPath(host.podDir(pod.metadata.uid), 'etc-hosts');
  const text = isHostNetwork(pod) ? hostNetworkHosts(pod, host.nodeHosts) : podHosts(pod, podIPs, host.dns.clusterDomain);
  await host.files.write(path, encoder.encode(text), { mode: 0o644 });
  return { containerPath: HOSTS, hostPath: path, readonly: false, propagation: 'PROPAGATION_PRIVATE' };
}

async function terminationMount(pod: Pod, container: Container, host: RuntimeHost): Promise<Mount | undefined> {
  const { terminationMessagePath = '' } = container;
  if (terminationMessagePath === '') return undefined;
  const path = joinPath(host.podDir(pod.metadata.uid), 'containers', container.name, host.rand.uuid().slice(0, 8));
  await host.files.write(path, new Uint8Array(0), { mode: 0o666 });
  return { containerPath: terminationMessagePath, hostPath: path, readonly: false, propagation: 'PROPAGATION_PRIVATE' };
}

export async function containerMounts(pod: Pod, container: Container, volumes: PodVolumes, env: ReadonlyMap<string, string>, podIPs: readonly string[], host: RuntimeHost): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const mount of container.volumeMounts ?? []) mounts.push(await volumeMount(mount, container, volumes, env, host));
  if (!mounts.some((m) => m.containerPath === HOSTS) && (isHostNetwork(pod) || podIPs.length > 0)) mounts.push(await hostsMount(pod, podIPs, host));
  const termination = await terminationMount(pod, container, host);
  return termination ? [...mounts, termination] : mounts;
}
