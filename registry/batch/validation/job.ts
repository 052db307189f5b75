/** Jobs. Behaves like upstream pkg/apis/batch/validation/validation.go (ValidateJob, ValidateJobUpdate). */
import type { Job, JobSpec } from '../../../apimachinery/types/batch.gen.ts';
import type { PodTemplateSpec } from '../../../apimachinery/types/core.gen.ts';
import { invalid, Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { isUsable } from '../../apps/validation/shared.ts';
import { semanticEqual } from '../../core/equality.ts';
import { matchesSelector } from '../../core/selector-match.ts';
import { hasInvalidLabelValue, immutable, labelSelector } from '../../core/validation/fields.ts';
import { isDNS1123Label } from '../../core/validation/format.ts';
import { internalForm } from '../../core/validation/internal-form.ts';
import { templateOptions, type PodOptions } from '../../core/validation/pod-options.ts';
import { selectedByOwner } from '../../core/validation/pod-template.ts';
import { validateJobSpec } from './job-spec.ts';
import type { RequestContext } from '../../generic/context.ts';
import type { MetadataErrors } from '../../generic/definition.ts';

const SPEC = Path.of('spec');
const OLD_LABELS = { uid: 'controller-uid', name: 'job-name' };
const LABELS = { uid: 'batch.kubernetes.io/controller-uid', name: 'batch.kubernetes.io/job-name' };

interface Options {
  readonly pods: PodOptions;
  readonly needsPrefixedLabels: boolean;
}

function options(old?: Job): Options {
  const own = old?.spec.template.metadata?.labels ?? {};
  const pods = templateOptions(old?.spec.template);
  const isTolerant = pods.allowInvalidLabelValueInSelector || hasInvalidLabelValue(old?.spec.selector);
  return {
    pods: { ...pods, allowInvalidLabelValueInSelector: isTolerant },
    needsPrefixedLabels: !old || (LABELS.uid in own && LABELS.name in own),
  };
}

function hasLabel(template: PodTemplateSpec, key: string, expected: string): FieldError[] {
  const path = SPEC.child('template', 'metadata', 'labels');
  const actual = template.metadata?.labels?.[key];
  if (actual === undefined) return [required(path.key(key), `must be '${expected}'`)];
  return actual === expected ? [] : [invalid(path.key(key), internalForm('{}s', template.metadata?.labels), `must be '${expected}'`)];
}

function generatedSelector({ metadata, spec }: Job, needsPrefixedLabels: boolean): FieldError[] {
  if (spec.manualSelector || !spec.selector) return [];
  const { uid = '', name = '' } = metadata;
  const keys = needsPrefixedLabels ? [OLD_LABELS, LABELS] : [OLD_LABELS];
  const expected = Object.fromEntries(
    keys.flatMap((k) => [
      [k.uid, uid],
      [k.name, name],
    ]),
  );
  const isGenerated = !isUsable(spec.selector) || matchesSelector(spec.selector, expected);
  return [
    ...(uid === '' ? [required(Path.of('metadata', 'uid'))] : []),
    ...Object.entries(expected).flatMap(([key, value]) => hasLabel(spec.template, key, value)),
    ...(isGenerated ? [] : [invalid(SPEC.child('selector'), spec.selector, '`selector` not auto-generated')]),
  ];
}

function selectedSpec(spec: JobSpec, pods: PodOptions): FieldError[] {
  const path = SPEC.child('selector');
  return [
    ...validateJobSpec(spec, SPEC, pods),
    ...(spec.selector
      ? labelSelector(spec.selector, path, { allowInvalidLabelValue: pods.allowInvalidLabelValueInSelector })
      : [required(path)]),
    ...(isUsable(spec.selector) ? selectedByOwner(spec.selector, spec.template, SPEC.child('template')) : []),
  ];
}

function hostnames({ metadata, spec }: Job): FieldError[] {
  if (spec.completionMode !== 'Indexed' || (spec.completions ?? 0) <= 0) return [];
  const longest = `${metadata.name ?? ''}-${(spec.completions ?? 0) - 1}`;
  return isDNS1123Label(longest).length === 0
    ? []
    : [invalid(Path.of('metadata', 'name'), metadata.name ?? '', `will not able to create pod with invalid DNS label: ${longest}`)];
}

function check(job: Job, { pods, needsPrefixedLabels }: Options): FieldError[] {
  return [...generatedSelector(job, needsPrefixedLabels), ...selectedSpec(job.spec, pods), ...hostnames(job)];
}

export const validateJobCreate = (job: Job): ErrorList => check(job, options());

function completions(spec: JobSpec, old: JobSpec): FieldError[] {
  const path = SPEC.child('completions');
  if (spec.completionMode !== 'Indexed') return immutable(spec.completions, old.completions, path);
  const isMoved = spec.completions !== undefined && spec.completions !== old.completions;
  return isMoved && spec.completions !== spec.parallelism
    ? [invalid(path, spec.completions, 'can only be modified in tandem with spec.parallelism')]
    : [];
}

const SCHEDULING = ['nodeSelector', 'tolerations', 'schedulingGates'] as const;

/** The old template with what may change before the job starts. */
function withSchedulingOf(template: PodTemplateSpec, old: PodTemplateSpec): PodTemplateSpec {
  const spec = { ...old.spec };
  for (const field of SCHEDULING) Object.assign(spec, { [field]: template.spec[field] });
  const affinity = { ...old.spec.affinity, nodeAffinity: template.spec.affinity?.nodeAffinity };
  const isEmpty = Object.values(affinity).every((v) => v === undefined) && !template.spec.affinity;
  Object.assign(spec, { affinity: isEmpty ? undefined : affinity });
  const { labels, annotations } = template.metadata ?? {};
  return { metadata: { ...old.metadata, ...{ labels, annotations } } as PodTemplateSpec['metadata'], spec };
}

function templateUpdate(spec: JobSpec, old: Job): FieldError[] {
  const isWaiting = old.spec.suspend === true && old.status.startTime === undefined;
  const before = isWaiting ? withSchedulingOf(spec.template, old.spec.template) : old.spec.template;
  return immutableInside('PodTemplateSpec', spec.template, before, SPEC.child('template'));
}

/** As `immutable`; the message shows the value as upstream prints its internal struct. */
function immutableInside(kind: string, value: unknown, old: unknown, path: Path): FieldError[] {
  return semanticEqual(value, old) ? [] : [invalid(path, value === undefined ? undefined : internalForm(kind, value), 'field is immutable')];
}

/** By field: the internal struct that a message shows; '': none. In upstream's order. */
const FIXED = { completionMode: '', podFailurePolicy: 'PodFailurePolicy', backoffLimitPerIndex: '', managedBy: '', successPolicy: 'SuccessPolicy' } as const;

function fixed(spec: JobSpec, old: JobSpec): FieldError[] {
  return (Object.keys(FIXED) as (keyof typeof FIXED)[]).flatMap((field) => {
    const path = SPEC.child(field);
    return FIXED[field] === '' ? immutable(spec[field], old[field], path) : immutableInside(FIXED[field], spec[field], old[field], path);
  });
}

export function validateJobUpdate(job: Job, old: Job, _ctx: RequestContext, metadata: MetadataErrors): ErrorList {
  const given = options(old);
  return [
    ...metadata.whole(),
    ...check(job, given),
    ...metadata.change(),
    ...selectedSpec(job.spec, given.pods),
    ...completions(job.spec, old.spec),
    ...immutable(job.spec.selector, old.spec.selector, SPEC.child('selector')),
    ...templateUpdate(job.spec, old),
    ...fixed(job.spec, old.spec),
  ];
}
