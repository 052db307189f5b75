/** CronJobs. Behaves like upstream pkg/registry/batch/cronjob. */
import * as batch from '../../apimachinery/types/batch.gen.ts';
import { containerImages, containerNames } from '../core/cells/containers.ts';
import { formatLabelSelector } from '../core/cells/selector.ts';
import { specStrategy, statusStrategy } from '../core/strategies.ts';
import { nameWarnings } from '../core/warnings/name.ts';
import { column, defineResource, view } from '../generic/define.ts';
import { translateTimestampSince } from '../generic/duration.ts';
import { validateCronJobCreate, validateCronJobUpdate } from './validation/cronjob.ts';
import { jobSpecWarnings } from './warnings.ts';

const TIME_ZONE =
  'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details';

export default defineResource<batch.CronJob>(batch.CronJob, {
  shortNames: ['cj'],
  categories: ['all'],
  columns: [
    column('Schedule', (c) => c.spec.schedule),
    column('Timezone', (c) => c.spec.timeZone ?? '<none>'),
    column('Suspend', (c) => (c.spec.suspend === undefined ? '<unset>' : c.spec.suspend ? 'True' : 'False')),
    column('Active', (c) => (c.status.active ?? []).length),
    column('Last Schedule', (c, now) => (c.status.lastScheduleTime ? translateTimestampSince(c.status.lastScheduleTime, now) : '<none>')),
    column('Containers', (c) => containerNames(c.spec.jobTemplate.spec.template.spec.containers)),
    column('Images', (c) => containerImages(c.spec.jobTemplate.spec.template.spec.containers)),
    column('Selector', (c) => formatLabelSelector(c.spec.jobTemplate.spec.selector)),
  ],
  strategy: specStrategy<batch.CronJob>(['batch/v1'], {
    template: (obj) => obj.spec.jobTemplate.spec.template,
    metadata: { onUpdate: ['change'] },
    validate: validateCronJobCreate,
    validateUpdate: validateCronJobUpdate,
    warningsOnCreate: (c) => [...nameWarnings(c), ...jobSpecWarnings('spec.jobTemplate.spec', c.spec.jobTemplate.spec)],
    warningsOnUpdate: (c, old) => [
      ...(c.metadata.generation === old.metadata.generation
        ? []
        : jobSpecWarnings('spec.jobTemplate.spec', c.spec.jobTemplate.spec, old.spec.jobTemplate.spec)),
      ...(c.spec.schedule.includes('TZ') ? [TIME_ZONE] : []),
    ],
  }),
  subresources: { status: view(statusStrategy<batch.CronJob>(['batch/v1'], { metadata: { onUpdate: [] } })) },
});
