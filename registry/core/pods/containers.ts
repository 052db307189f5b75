/** Walks over the containers of all three kinds in a pod. Behaves like upstream pkg/api/pod/util.go (VisitContainers). */
import type { Container, EphemeralContainer, PodSpec } from '../../../apimachinery/types/core.gen.ts';

export type AnyContainer = Container | EphemeralContainer;

const FIELDS = ['initContainers', 'containers', 'ephemeralContainers'] as const;

/** The field of the spec that a container stands in. */
export type ContainersField = (typeof FIELDS)[number];

type Containers = { readonly [field in ContainersField]?: PodSpec[field] };

/** Init containers first, then the regular, then the ephemeral ones. */
export function visitContainers(spec: Containers, visit: (container: AnyContainer, field: ContainersField, index: number) => void): void {
  for (const field of FIELDS) {
    const list: readonly AnyContainer[] | null | undefined = spec[field];
    if (list) for (let i = 0; i < list.length; i++) visit(list[i] as AnyContainer, field, i);
  }
}

export function someContainer(spec: Containers, test: (container: AnyContainer) => boolean): boolean {
  return (spec.initContainers?.some(test) ?? false) || (spec.containers?.some(test) ?? false) || (spec.ephemeralContainers?.some(test) ?? false);
}

export const isRestartableInit = (c: { readonly restartPolicy?: string }): boolean => c.restartPolicy === 'Always';
