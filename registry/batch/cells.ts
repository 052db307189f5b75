/** The cells of a job's row. Behaves like upstream pkg/printers/internalversion/printers.go (printJob). */
import type { Job } from '../../apimachinery/types/batch.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { humanDuration } from '../generic/duration.ts';

export function jobCompletions({ spec, status }: DeepReadonly<Job>): string {
  const succeeded = status.succeeded ?? 0;
  if (spec.completions !== undefined) return `${succeeded}/${spec.completions}`;
  return (spec.parallelism ?? 0) > 1 ? `${succeeded}/1 of ${spec.parallelism}` : `${succeeded}/1`;
}

export function jobDuration({ status }: DeepReadonly<Job>, now: number): string {
  if (!status.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return humanDuration(end - Date.parse(status.startTime));
}

export function jobStatus(job: DeepReadonly<Job>): string {
  const holds = (type: string): boolean => (job.status.conditions ?? []).find((c) => c.type === type)?.status === 'True';
  if (holds('Complete')) return 'Complete';
  if (holds('Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  return (
    [
      ['Suspended', 'Suspended'],
      ['FailureTarget', 'FailureTarget'],
      ['SuccessCriteriaMet', 'SuccessCriteriaMet'],
    ].find(([type = '']) => holds(type))?.[1] ?? 'Running'
  );
}
