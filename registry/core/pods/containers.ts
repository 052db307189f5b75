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

const KINDS = [
  ['initContainers', 'init'],
  ['containers', 'regular'],
  ['ephemeralContainers', 'ephemeral'],
] as const;

const known: Readonly<Record<(typeof KINDS)[number][0], string[]>> = { initContainers: [], containers: [], ephemeralContainers: [] };
const KNOWN = 64;

/** Asked for several times of each pod that is written: the first ones are made once. */
function pathOf(field: (typeof KINDS)[number][0], i: number): string {
  return i < KNOWN ? (known[field][i] ??= `${field}[${i}]`) : `${field}[${i}]`;
}

/** Init containers first, then the regular, then the ephemeral ones. */
export function allContainers(spec: Containers): readonly Visited[] {
  const all: Visited[] = [];
  for (const [field, kind] of KINDS) {
    const list: readonly AnyContainer[] | null | undefined = spec[field];
    if (list) for (let i = 0; i < list.length; i++) all.push({ container: list[i] as AnyContainer, path: pathOf(field, i), kind });
  }
  return all;
}

export const isRestartableInit = (c: { readonly restartPolicy?: string }): boolean => c.restartPolicy === 'Always';
