/** Who a container runs as and what it may do. Behaves like upstream pkg/kubelet/kuberuntime/security_context.go. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { formatPod, type Container, type Pod } from '../container/pod.ts';
import type { ImageInfo, LinuxContainerSecurityContext, LinuxSandboxSecurityContext, NamespaceOption, SecurityProfile, SELinuxOption } from '../runtime/interface.ts';

const MASKED = ['/proc/asound', '/proc/acpi', '/proc/kcore', '/proc/keys', '/proc/latency_stats', '/proc/timer_list', '/proc/timer_stats', '/proc/sched_debug', '/proc/scsi', '/sys/firmware', '/sys/devices/virtual/powercap', '/proc/interrupts'];
const READONLY = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

export function namespaceOptions(pod: Pod, targetId?: string): NamespaceOption {
  return {
    network: pod.spec.hostNetwork ? 'NODE' : 'POD',
    ipc: pod.spec.hostIPC ? 'NODE' : 'POD',
    pid: pod.spec.hostPID ? 'NODE' : targetId !== undefined ? 'TARGET' : pod.spec.shareProcessNamespace ? 'POD' : 'CONTAINER',
    ...(targetId !== undefined && !pod.spec.hostPID && { targetId }),
  };
}

function seccomp(profile: DeepReadonly<core.SeccompProfile> | undefined, privileged: boolean): SecurityProfile {
  if (privileged || profile === undefined || profile.type === 'Unconfined') return { profileType: 'Unconfined' };
  if (profile.type === 'Localhost') return { profileType: 'Localhost', localhostRef: `/var/lib/kubelet/seccomp/${profile.localhostProfile ?? ''}` };
  return { profileType: 'RuntimeDefault' };
}

const selinux = (options: DeepReadonly<core.SELinuxOptions> | undefined): { selinuxOptions?: SELinuxOption } => (options ? { selinuxOptions: options } : {});

export function sandboxSecurityContext(pod: Pod): LinuxSandboxSecurityContext {
  const context = pod.spec.securityContext ?? {};
  const privileged = [...(pod.spec.initContainers ?? []), ...(pod.spec.containers ?? [])].some((c) => c.securityContext?.privileged === true);
  const groups = [...(context.fsGroup === undefined ? [] : [context.fsGroup]), ...(context.supplementalGroups ?? [])];
  return {
    namespaceOptions: namespaceOptions(pod),
    ...selinux(context.seLinuxOptions),
    ...(context.runAsUser !== undefined && { runAsUser: context.runAsUser }),
    ...(context.runAsGroup !== undefined && context.runAsUser !== undefined && { runAsGroup: context.runAsGroup }),
    ...(groups.length > 0 && { supplementalGroups: groups }),
    privileged,
    seccomp: context.seccompProfile === undefined ? { profileType: 'RuntimeDefault' } : seccomp(context.seccompProfile, false),
  };
}

export function containerSecurityContext(pod: Pod, container: Container, image: ImageInfo | undefined, targetId?: string): LinuxContainerSecurityContext {
  const [own, all] = [container.securityContext ?? {}, pod.spec.securityContext ?? {}];
  const privileged = own.privileged ?? false;
  const runAsUser = own.runAsUser ?? all.runAsUser ?? image?.uid;
  const runAsGroup = own.runAsGroup ?? all.runAsGroup;
  const unmasked = privileged || own.procMount === 'Unmasked';
  return {
    privileged,
    namespaceOptions: namespaceOptions(pod, targetId),
    ...(own.capabilities && { capabilities: { addCapabilities: own.capabilities.add ?? [], dropCapabilities: own.capabilities.drop ?? [] } }),
    ...selinux(own.seLinuxOptions ?? all.seLinuxOptions),
    ...(runAsUser !== undefined && { runAsUser }),
    ...(runAsUser === undefined && image !== undefined && image.username !== '' && { runAsUsername: image.username }),
    ...(runAsGroup !== undefined && { runAsGroup }),
    readonlyRootfs: own.readOnlyRootFilesystem ?? false,
    supplementalGroups: [...(all.fsGroup === undefined ? [] : [all.fsGroup]), ...(all.supplementalGroups ?? [])],
    noNewPrivs: own.allowPrivilegeEscalation === false,
    maskedPaths: unmasked ? [] : MASKED,
    readonlyPaths: unmasked ? [] : READONLY,
    seccomp: seccomp(own.seccompProfile ?? all.seccompProfile, privileged),
  };
}

/** Throws when a container that must not run as root would. */
export function verifyRunAsNonRoot(pod: Pod, container: Container, image: ImageInfo | undefined): void {
  const [own, all] = [container.securityContext ?? {}, pod.spec.securityContext ?? {}];
  if (!(own.runAsNonRoot ?? all.runAsNonRoot ?? false)) return;
  const who = `(pod: "${formatPod(pod)}", container: ${container.name})`;
  const user = own.runAsUser ?? all.runAsUser;
  if (user === 0) throw new Error(`container's runAsUser breaks non-root policy ${who}`);
  if (user !== undefined) return;
  if (image?.uid === 0 || (image?.uid === undefined && (image?.username ?? '') === '')) throw new Error(`container has runAsNonRoot and image will run as root ${who}`);
  if (image?.uid === undefined) throw new Error(`container has runAsNonRoot and image has non-numeric user (${image?.username ?? ''}), cannot verify user is non-root ${who}`);
}
