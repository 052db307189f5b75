/** Defaults of the batch group. Behaves like upstream pkg/apis/batch/v1/defaults.go. */
import * as batch from '../../apimachinery/types/batch.gen.ts';
import { defineDefaults } from '../generic/define.ts';

const MAX_INT32 = 2147483647;

function defaultJob(job: batch.Job): void {
  const { spec } = job;
  if (spec.completions === undefined && spec.parallelism === undefined) spec.completions = 1;
  spec.parallelism ??= 1;
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? 6 : MAX_INT32;
  const labels = spec.template?.metadata?.labels;
  if (labels && Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = { ...labels };
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  spec.manualSelector ??= false;
}

export default [
  defineDefaults(batch.Job, defaultJob),
  defineDefaults(batch.CronJob, ({ spec }) => {
    spec.concurrencyPolicy ||= 'Allow';
    spec.suspend ??= false;
    spec.successfulJobsHistoryLimit ??= 3;
    spec.failedJobsHistoryLimit ??= 1;
  }),
  defineDefaults(batch.PodFailurePolicyOnPodConditionsPattern, (pattern) => {
    pattern.status ||= 'True';
  }),
];
