/** Jobs. Behaves like upstream pkg/registry/batch/job. */
import * as batch from '../../apimachinery/types/batch.gen.ts';
import { containerImages, containerNames } from '../core/cells/containers.ts';
import { formatLabelSelector } from '../core/cells/selector.ts';
import { semanticEqual } from '../core/equality.ts';
import { specStrategy, statusStrategy } from '../core/strategies.ts';
import { nameWarnings } from '../core/warnings/name.ts';
import { column, defineResource, selectable, view } from '../generic/define.ts';
import { jobCompletions, jobDuration, jobStatus } from './cells.ts';
import { validateJobCreate, validateJobUpdate } from './validation/job.ts';
import { validateJobStatusUpdate } from './validation/job-status.ts';
import { jobSpecWarnings } from './warnings.ts';

const PODS_STAY =
  'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning';

/** A job without labels of its own has those of its pods: the given ones at once, the generated ones when it is written. */
function prepare(job: batch.Job): void {
  const given = job.spec.template.metadata?.labels;
  const hasPodLabels = given !== undefined && semanticEqual(job.metadata.labels, given);
  generateSelector(job);
  if (hasPodLabels) job.metadata.labels = { ...job.spec.template.metadata?.labels };
}

function labelAsPods(job: batch.Job): void {
  const { labels } = job.spec.template.metadata ?? {};
  if (labels && Object.keys(job.metadata.labels ?? {}).length === 0) job.metadata.labels = { ...labels };
}

/** The pods of a job are found by its uid, unless the selector is made by hand. */
function generateSelector(job: batch.Job): void {
  if (job.spec.manualSelector) return;
  const { name = '', uid = '' } = job.metadata;
  const template = (job.spec.template.metadata ??= { name: '' } as batch.Job['metadata']);
  template.labels = {
    'job-name': name,
    'batch.kubernetes.io/job-name': name,
    'controller-uid': uid,
    'batch.kubernetes.io/controller-uid': uid,
    ...template.labels,
  };
  job.spec.selector = {
    ...job.spec.selector,
    matchLabels: { 'batch.kubernetes.io/controller-uid': uid, ...job.spec.selector?.matchLabels },
  };
}

export default defineResource<batch.Job>(batch.Job, {
  categories: ['all'],
  columns: [
    column<batch.Job>('Status', jobStatus),
    column<batch.Job>('Completions', jobCompletions),
    column<batch.Job>('Duration', jobDuration),
    column('Containers', (j) => containerNames(j.spec.template.spec.containers)),
    column('Images', (j) => containerImages(j.spec.template.spec.containers)),
    column('Selector', (j) => formatLabelSelector(j.spec.selector)),
  ],
  selectableFields: [selectable<batch.Job>('status.successful', (j) => String(j.status.succeeded ?? 0))],
  strategy: specStrategy<batch.Job>(['batch/v1'], {
    template: (obj) => obj.spec.template,
    defaultGarbageCollectionPolicy: () => 'Orphan',
    warningsOnDelete: ({ propagationPolicy, orphanDependents }) =>
      propagationPolicy === undefined && orphanDependents === undefined ? [PODS_STAY] : [],
    prepareForCreate: prepare,
    canonicalize: labelAsPods,
    metadata: { onUpdate: 'placed' },
    validate: validateJobCreate,
    validateUpdate: validateJobUpdate,
    warningsOnCreate: (j) => [...nameWarnings(j), ...jobSpecWarnings('spec', j.spec)],
    warningsOnUpdate: (j, old) => (j.metadata.generation === old.metadata.generation ? [] : jobSpecWarnings('spec', j.spec, old.spec)),
  }),
  subresources: { status: view(statusStrategy<batch.Job>(['batch/v1'], { validateUpdate: validateJobStatusUpdate })) },
});
