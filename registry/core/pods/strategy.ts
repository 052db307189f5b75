/** How long a pod lives on after its deletion. Behaves like upstream pkg/registry/core/pod/strategy.go. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { GracefulOptions } from '../../generic/definition.ts';

/** Pods that never ran or are done go at once. */
export function checkGracefulDelete(pod: core.Pod, options: GracefulOptions): boolean {
  const asked = options.gracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  const isIdle = !pod.spec.nodeName || pod.status.phase === 'Failed' || pod.status.phase === 'Succeeded';
  options.gracePeriodSeconds = isIdle ? 0 : asked < 0 ? 1 : asked;
  return true;
}
