/** What several plug-ins ask about pods. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Target } from './interface.ts';

export const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

export function isPod({ resource }: Target): boolean {
  return resource.group === '' && resource.resource === 'pods';
}

/** No subresource of one. */
export function isPodItself(target: Target): boolean {
  return target.subresource === '' && isPod(target);
}

export function isMirrorPod(pod: DeepReadonly<core.Pod>): boolean {
  return pod.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined;
}

type Containers = 'containers' | 'initContainers' | 'ephemeralContainers';

/** Every container with where it stands. */
export function eachContainer(spec: DeepReadonly<core.PodSpec>): readonly { readonly list: Containers; readonly container: DeepReadonly<core.Container> }[] {
  const of = (list: Containers): { list: Containers; container: DeepReadonly<core.Container> }[] => ((spec[list] ?? []) as readonly DeepReadonly<core.Container>[]).map((container) => ({ list, container }));
  return [...of('initContainers'), ...of('containers'), ...of('ephemeralContainers')];
}
