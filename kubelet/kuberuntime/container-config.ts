/** A container as CRI's. Behaves like upstream pkg/kubelet/kuberuntime generateContainerConfig. */
import type { Container, Pod } from '../container/pod.ts';
import { environmentOf } from '../environment/environment.ts';
import { expand } from '../environment/expansion.ts';
import type { ContainerConfig, ImageInfo } from '../runtime/interface.ts';
import type { PodVolumes } from '../volumes/volume-manager.ts';
import type { RuntimeHost } from './host.ts';
import { containerAnnotations, containerLabels } from './labels.ts';
import { containerMounts } from './mounts.ts';
import { linuxResources } from './resources.ts';
import { containerSecurityContext, verifyRunAsNonRoot } from './security-context.ts';

export interface ContainerInput {
  readonly pod: Pod;
  readonly container: Container;
  readonly restartCount: number;
  readonly podIPs: readonly string[];
  readonly volumes: PodVolumes;
  readonly imageRef: string;
  readonly image: ImageInfo | undefined;
  /** Whose processes an ephemeral container sees. */
  readonly targetId?: string | undefined;
}

const STOP_SIGNAL = /^SIG[A-Z0-9+-]+$/;

export async function containerConfig(input: ContainerInput, host: RuntimeHost): Promise<ContainerConfig> {
  const { pod, container, restartCount, podIPs, image } = input;
  verifyRunAsNonRoot(pod, container, image);
  const env = await environmentOf({ pod, container, podIPs, services: host.services(), references: host.references, allocatable: host.allocatable(), hostIPs: host.hostIPs() });
  const expanded = (words: readonly string[] | undefined): string[] => (words ?? []).map((w) => expand(w, (name) => env.get(name)));
  const stopSignal = container.lifecycle?.stopSignal;
  return {
    metadata: { name: container.name, attempt: restartCount },
    image: { image: input.imageRef, userSpecifiedImage: container.image ?? '' },
    command: expanded(container.command),
    args: expanded(container.args),
    workingDir: container.workingDir ?? '',
    envs: [...env].map(([key, value]) => ({ key, value })),
    mounts: await containerMounts(pod, container, input.volumes, env, podIPs, host),
    devices: [],
    labels: containerLabels(pod, container),
    annotations: containerAnnotations(pod, container, restartCount),
    logPath: `${container.name}/${restartCount}.log`,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    tty: container.tty ?? false,
    linux: { resources: linuxResources(pod, container, host.memoryCapacity), securityContext: containerSecurityContext(pod, container, image, input.targetId) },
    ...(stopSignal !== undefined && STOP_SIGNAL.test(stopSignal) && { stopSignal }),
  };
}
