/** Warnings of job specs. Behaves like upstream pkg/api/job/warnings.go. */
import type { JobSpec } from '../../apimachinery/types/batch.gen.ts';
import { templateWarnings } from '../core/warnings/pod.ts';

const TOO_MANY_INDEXES =
  'In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail';

export function jobSpecWarnings(path: string, spec: JobSpec, old?: JobSpec): readonly string[] {
  const isHuge = spec.completionMode === 'Indexed' && (spec.completions ?? 0) > 100_000 && (spec.parallelism ?? 0) > 10_000;
  return [...(isHuge ? [`${path}: ${TOO_MANY_INDEXES}`] : []), ...templateWarnings(spec.template, old?.template, `${path}.template`)];
}
