import { describe, expect, it } from '@jest/globals';
import type { CronJob, Job, JobSpec } from '../../../apimachinery/types/batch.gen.ts';
import { contextOf, goodMetadata, template, told } from '../../core/testing/objects.ts';
import { validateCronJobCreate } from './cronjob.ts';
import { validateJobCreate, validateJobUpdate } from './job.ts';
import { validateJobStatusUpdate } from './job-status.ts';

const UID = '11111111-1111-1111-1111-111111111111';
const generated = {
  'batch.kubernetes.io/controller-uid': UID,
  'batch.kubernetes.io/job-name': 'j',
  'controller-uid': UID,
  'job-name': 'j',
};

const job = (spec: Partial<JobSpec> = {}, status: Job['status'] = {}): Job => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'j', namespace: 'ns', uid: UID } as Job['metadata'],
  spec: {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    selector: { matchLabels: { 'batch.kubernetes.io/controller-uid': UID } },
    template: template({ restartPolicy: 'Never' }, generated),
    ...spec,
  },
  status,
});

describe('the validation of a Job', () => {
  const rows: readonly (readonly [what: string, spec: Partial<JobSpec>, want: readonly string[]])[] = [
    ['nothing wrong', {}, []],
    [
      'pods that never end',
      { template: template({ restartPolicy: 'Always' }, generated) },
      ['spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"'],
    ],
    [
      'indexes without a number',
      { completionMode: 'Indexed', completions: undefined as never },
      ['spec.completions: Required value: when completion mode is Indexed'],
    ],
    [
      'limits of indexes without indexes',
      { backoffLimitPerIndex: 1 },
      ['spec.backoffLimitPerIndex: Invalid value: 1: requires indexed completion mode'],
    ],
    [
      'a failure rule of nothing',
      { podFailurePolicy: { rules: [{ action: 'FailJob' }] } },
      ['spec.podFailurePolicy.rules[0]: Invalid value: specifying one of OnExitCodes and OnPodConditions is required'],
    ],
    [
      'a label that is not generated',
      { template: template({ restartPolicy: 'Never' }, { ...generated, 'job-name': 'x' }) },
      [`spec.template.metadata.labels[job-name]: Invalid value: ${JSON.stringify({ ...generated, 'job-name': 'x' })}: must be 'j'`],
    ],
  ];
  it.each(rows)('finds %s', (_what, spec, want) => {
    expect(told(validateJobCreate(job(spec)))).toEqual(want);
  });

  it('lets a waiting job be placed elsewhere, and no other', () => {
    const placed = { ...template({ restartPolicy: 'Never', nodeSelector: { a: 'b' } }, generated) };
    const update = (next: Job, old: Job) => validateJobUpdate(next, old, contextOf('batch'), goodMetadata);
    expect(update(job({ suspend: true, template: placed }), job({ suspend: true }))).toEqual([]);
    expect(told(update(job({ template: placed }), job()))[0]).toMatch(/^spec\.template: Invalid value: .*: field is immutable$/);
  });

  it('does not let a status take back what it said', () => {
    const old = job({}, { startTime: '2026-01-01T00:00:00Z', succeeded: 1, failed: 1 });
    const next = job({}, { startTime: '2026-01-01T00:00:00Z', succeeded: 0, failed: 0 });
    expect(told(validateJobStatusUpdate(next, old))).toEqual([
      'status.failed: Invalid value: 0: cannot decrease the failed counter',
      'status.succeeded: Invalid value: 0: cannot decrease the succeeded counter',
    ]);
  });

  it('wants a criterion before completion', () => {
    const done = job(
      {},
      {
        startTime: '2026-01-01T00:00:00Z',
        completionTime: '2026-01-01T00:01:00Z',
        conditions: [{ type: 'Complete', status: 'True', lastProbeTime: null, lastTransitionTime: null }],
      },
    );
    expect(told(validateJobStatusUpdate(done, job({}, { startTime: '2026-01-01T00:00:00Z' })))).toEqual([
      'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
    ]);
  });
});

describe('the validation of a CronJob', () => {
  const { selector: _selector, ...jobSpec } = job().spec;
  const cronJob = (own: Partial<CronJob['spec']>, name = 'c'): CronJob => ({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name, namespace: 'ns' } as CronJob['metadata'],
    spec: { schedule: '0 0 * * *', concurrencyPolicy: 'Allow', jobTemplate: { metadata: {} as Job['metadata'], spec: jobSpec }, ...own },
    status: {},
  });

  it('finds schedules, zones and names that cannot be', () => {
    expect(told(validateCronJobCreate(cronJob({ schedule: 'x' })))).toEqual([
      'spec.schedule: Invalid value: "x": expected exactly 5 fields, found 1: [x]',
    ]);
    expect(told(validateCronJobCreate(cronJob({ timeZone: 'Mars' })))).toEqual([
      'spec.timeZone: Invalid value: "Mars": unknown time zone Mars',
    ]);
    expect(told(validateCronJobCreate(cronJob({}, 'c'.repeat(53))))).toEqual([
      `metadata.name: Invalid value: "${'c'.repeat(53)}": must be no more than 52 characters`,
    ]);
  });
});
