/** How long a pod lives on after its deletion, and what subresources may own. Behaves like upstream pkg/registry/core/pod/strategy.go. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { GracefulOptions } from '../../generic/definition.ts';

/** Pods that never ran or are done go at once. */
export function checkGracefulDelete(pod: core.Pod, options: GracefulOptions): boolean {
  const asked = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  const isIdle = !pod.spec.nodeName || pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded';
  options.gracePeriodSeconds = isIdle ? 0 : asked < 0 ? 1 : asked;
  return true;
}

/** Everything of the spec but the named fields. */
function othersOfSpec(kept: readonly string[]): readonly (readonly string[])[] {
  const names = [...core.PodSpec.schema.fields.keys()].filter((name) => !kept.includes(name));
  return [['f:metadata'], ['f:status'], ...names.map((name) => ['f:spec', `f:${name}`])];
}

export const EPHEMERAL_RESET = (): readonly (readonly string[])[] => othersOfSpec(['ephemeralContainers']);
export const RESIZE_RESET = (): readonly (readonly string[])[] => othersOfSpec(['containers', 'initContainers']);
