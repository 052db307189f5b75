/** Whether a container that ended starts again. Behaves like upstream pkg/api/v1/pod ContainerShouldRestart and pkg/kubelet/container ShouldContainerBeRestarted. */
import { findStatus, type PodRuntimeStatus } from './pod-runtime-status.ts';
import type { Container, Pod } from './pod.ts';

/** The pod's policy, for containers without one of their own. */
export const restartsOnFailure = (pod: Pod): boolean => pod.spec.restartPolicy !== 'Never';

const byPolicy = (policy: string | undefined, exitCode: number): boolean | undefined =>
  policy === 'Always' ? true : policy === 'OnFailure' ? exitCode !== 0 : policy === 'Never' ? false : undefined;

function ruleMatches(container: Container, exitCode: number): boolean {
  const rule = container.restartPolicyRules?.find(({ exitCodes }) => {
    const listed = exitCodes?.values?.includes(exitCode) ?? false;
    return exitCodes !== undefined && (exitCodes.operator === 'In' ? listed : exitCodes.operator === 'NotIn' ? !listed : false);
  });
  return rule?.action === 'Restart';
}

/** By the container's rules, then its policy, then the pod's. */
export function containerShouldRestart(container: Container, podPolicy: string | undefined, exitCode: number): boolean {
  if (container.restartPolicy !== undefined) {
    if (ruleMatches(container, exitCode)) return true;
    const own = byPolicy(container.restartPolicy, exitCode);
    if (own !== undefined) return own;
  }
  return byPolicy(podPolicy, exitCode) ?? true;
}

export function shouldContainerBeRestarted(container: Container, pod: Pod, status: PodRuntimeStatus): boolean {
  if (pod.metadata.deletionTimestamp !== undefined) return false;
  const latest = findStatus(status, container.name);
  if (!latest) return true;
  if (latest.state === 'running') return false;
  if (latest.state === 'unknown' || latest.state === 'created') return true;
  return containerShouldRestart(container, pod.spec.restartPolicy, latest.exitCode);
}
