/** ReplicationControllers. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateReplicationController). */
import type { PodTemplateSpec, ReplicationController } from '../../../apimachinery/types/core.gen.ts';
import { Path, required, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { atMost, counters, nonNegative } from './fields.ts';
import { templateOptions } from './pod-options.ts';
import { runsForEver, selectedByOwner, validateTemplate } from './pod-template.ts';

const SPEC = Path.of('spec');
const STATUS = Path.of('status');

function template(spec: ReplicationController['spec'], old: PodTemplateSpec | undefined): FieldError[] {
  const path = SPEC.child('template');
  if (!spec.template) return [required(path)];
  return [
    ...selectedByOwner({ matchLabels: spec.selector ?? {} }, spec.template, path),
    ...validateTemplate(spec.template, path, templateOptions(old)),
    ...runsForEver(spec.template, path, 'ReplicationController'),
  ];
}

function check({ spec }: ReplicationController, old?: PodTemplateSpec): FieldError[] {
  return [
    ...nonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...(Object.keys(spec.selector ?? {}).length === 0 ? [required(SPEC.child('selector'))] : []),
    ...(spec.replicas === undefined ? [required(SPEC.child('replicas'))] : nonNegative(spec.replicas, SPEC.child('replicas'))),
    ...template(spec, old),
  ];
}

export const validateReplicationController = (rc: ReplicationController): ErrorList => check(rc);

export const validateReplicationControllerUpdate = (rc: ReplicationController, old: ReplicationController): ErrorList =>
  check(rc, old.spec.template);

export function validateReplicationControllerStatusUpdate({ status }: ReplicationController): ErrorList {
  const counts = { ...status };
  return [
    ...counters(counts, ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration'], STATUS),
    ...atMost(
      counts,
      ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'],
      'replicas',
      STATUS,
      'cannot be greater than status.replicas',
    ),
    ...atMost(counts, ['availableReplicas'], 'readyReplicas', STATUS),
  ];
}
