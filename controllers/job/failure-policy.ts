/** What a failed pod means for its Job. Behaves like upstream pkg/controller/job/pod_failure_policy.go. */
import type * as batch from '../../apimachinery/types/batch.gen.ts';
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Pod } from '../pods/conditions.ts';
import type { Job } from './types.ts';

export interface FailureVerdict {
  /** Whether it counts against a back-off limit. */
  readonly counts: boolean;
  readonly action?: string;
  /** Why the whole Job fails; absent when it does not. */
  readonly failsJob?: string;
}

type Rule = DeepReadonly<batch.PodFailurePolicyRule>;
type Status = DeepReadonly<core.ContainerStatus>;

function failedContainer(pod: Pod, { onExitCodes: wanted }: Rule): Status | undefined {
  if (!wanted) return undefined;
  return [...(pod.status.containerStatuses ?? []), ...(pod.status.initContainerStatuses ?? [])].find(({ name, state }) => {
    const code = state?.terminated?.exitCode ?? 0;
    if (code === 0 || (wanted.containerName !== undefined && wanted.containerName !== name)) return false;
    return (wanted.values ?? []).includes(code) === (wanted.operator === 'In');
  });
}

function match(pod: Pod, rule: Rule, index: number): FailureVerdict | undefined {
  const { namespace, name } = pod.metadata;
  const container = failedContainer(pod, rule);
  const condition = rule.onExitCodes ? undefined : pod.status.conditions?.find((c) => rule.onPodConditions?.some((p) => p.type === c.type && p.status === c.status));
  if (!container && !condition) return undefined;
  const { action } = rule;
  if (action === 'Ignore') return { counts: false, action };
  if (action !== 'FailJob') return { counts: true, action };
  const tail = `matching ${action} rule at index ${index}`;
  const failsJob = container
    ? `Container ${container.name} for pod ${namespace}/${name} failed with exit code ${container.state?.terminated?.exitCode} ${tail}`
    : `Pod ${namespace}/${name} has condition ${condition?.type} ${tail}`;
  return { counts: true, action, failsJob };
}

/** The first rule that matches decides; without one the failure counts. */
export function judgeFailure(job: Job, pod: Pod): FailureVerdict {
  for (const [index, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const verdict = match(pod, rule, index);
    if (verdict) return verdict;
  }
  return { counts: true };
}
