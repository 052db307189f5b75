/** Walks over the containers of all three kinds in a pod. Behaves like upstream pkg/api/pod/util.go (VisitContainers). */
import type { Container, EphemeralContainer, PodSpec } from '../../../apimachinery/types/core.gen.ts';

export type AnyContainer = Container | EphemeralContainer;

export interface Visited {
  readonly container: AnyContainer;
  /** `spec.initContainers[0]` without the prefix of the spec. */
  readonly path: string;
  readonly kind: 'init' | 'regular' | 'ephemeral';
}

interface Containers {
  readonly containers?: PodSpec['containers'];
  readonly initContainers?: PodSpec['initContainers'];
  readonly ephemeralContainers?: PodSpec['ephemeralContainers'];
}

/** Init containers first, then the regular, then the ephemeral ones. */
export function allContainers(spec: Containers): readonly Visited[] {
  return [
    ...(spec.initContainers ?? []).map((container, i) => ({ container, path: `initContainers[${i}]`, kind: 'init' as const })),
    ...(spec.containers ?? []).map((container, i) => ({ container, path: `containers[${i}]`, kind: 'regular' as const })),
    ...(spec.ephemeralContainers ?? []).map((container, i) => ({
      container,
      path: `ephemeralContainers[${i}]`,
      kind: 'ephemeral' as const,
    })),
  ];
}

export const isRestartableInit = (c: { readonly restartPolicy?: string }): boolean => c.restartPolicy === 'Always';
