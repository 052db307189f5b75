/** When a Job succeeded before all its indexes have. Behaves like upstream pkg/controller/job/success_policy.go. */
import { parseIndexes } from './indexes.ts';
import type { Job } from './types.ts';

/** The message of the condition; undefined when no rule is met. */
export function metSuccessRule(job: Job, succeeded: ReadonlySet<number>): string | undefined {
  if (succeeded.size === 0) return undefined;
  for (const [index, rule] of (job.spec.successPolicy?.rules ?? []).entries()) {
    const message = `Matched rules at index ${index}`;
    if (rule.succeededIndexes === undefined) {
      if (rule.succeededCount !== undefined && succeeded.size >= rule.succeededCount) return message;
      continue;
    }
    const wanted = parseIndexes(rule.succeededIndexes, job.spec.completions ?? 0);
    const met = [...wanted].filter((i) => succeeded.has(i)).length;
    if (wanted.size > 0 && (met === wanted.size || (rule.succeededCount !== undefined && met >= rule.succeededCount))) return message;
  }
  return undefined;
}
