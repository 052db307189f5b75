/** What a check of the Pod Security Standards is, and how it words its findings. Behaves like upstream pod-security-admission/policy. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { eachContainer } from '../pods.ts';

export type Spec = DeepReadonly<core.PodSpec>;
export type Container = DeepReadonly<core.Container>;
export type Annotations = Readonly<Record<string, string>>;

export interface Finding {
  readonly reason: string;
  readonly detail: string;
}

export interface Check {
  readonly id: string;
  /** Minor version of the standard in which it began. */
  readonly since: number;
  /** IDs of baseline checks that it replaces. */
  readonly overrides?: readonly string[];
  /** Undefined: nothing is wrong. `minor`: of the standard. */
  find(spec: Spec, annotations: Annotations, minor: number): Finding | undefined;
}

export const quoted = (items: readonly string[]): string => items.map((i) => `"${i}"`).join(', ');
export const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);
export const named = (word: string, items: readonly string[]): string => `${plural(word, items.length)} ${quoted(items)}`;
export const sorted = (items: Iterable<string>): string[] => [...new Set(items)].sort();

/** Names of the containers for which it holds, init containers first. */
export function containersWhere(spec: Spec, test: (container: Container) => boolean): string[] {
  return eachContainer(spec).flatMap(({ container }) => (test(container) ? [container.name] : []));
}

export function valuesOf(spec: Spec, values: (container: Container) => readonly string[]): string[] {
  return sorted(eachContainer(spec).flatMap(({ container }) => values(container)));
}

/** `pod and container "a"`: who set something. */
export function setters(pod: boolean, containers: readonly string[]): string[] {
  return [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [named('container', containers)] : [])];
}

export const isWindows = (spec: Spec): boolean => spec.os?.name === 'windows';
/** User namespaces relax some checks since 1.35. */
export const isRelaxed = (spec: Spec, minor: number): boolean => minor >= 35 && spec.hostUsers === false;
