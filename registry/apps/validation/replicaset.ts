/** ReplicaSets, and the pods of Deployments. Behaves like upstream pkg/apis/apps/validation/validation.go (ValidateReplicaSet). */
import type { ReplicaSet } from '../../../apimachinery/types/apps.gen.ts';
import type { PodTemplateSpec } from '../../../apimachinery/types/core.gen.ts';
import type { LabelSelector } from '../../../apimachinery/types/meta.gen.ts';
import { invalid, Path, type ErrorList, type FieldError } from '../../../apimachinery/validation/field.ts';
import { atMost, counters, immutable, isEmptySelector, nonNegative } from '../../core/validation/fields.ts';
import { templateOptions } from '../../core/validation/pod-options.ts';
import { runsForEver, selectedByOwner, validateTemplate } from '../../core/validation/pod-template.ts';
import { isUsable, selector } from './shared.ts';

const SPEC = Path.of('spec');
const STATUS = Path.of('status');

interface Owner {
  readonly selector: LabelSelector | null;
  readonly template: PodTemplateSpec;
}

export function ownedPods(spec: Owner, old: Owner | undefined): FieldError[] {
  const path = SPEC.child('template');
  if (!isUsable(spec.selector)) return [invalid(SPEC.child('selector'), spec.selector, 'invalid label selector')];
  const asksForLabels = !spec.selector || !isEmptySelector(spec.selector);
  return [
    ...(asksForLabels ? selectedByOwner(spec.selector, spec.template, path) : []),
    ...validateTemplate(spec.template, path, templateOptions(old?.template)),
    ...runsForEver(spec.template, path, 'ReplicaSet'),
  ];
}

function check({ spec }: ReplicaSet, old?: ReplicaSet): FieldError[] {
  return [
    ...nonNegative(spec.replicas, SPEC.child('replicas')),
    ...nonNegative(spec.minReadySeconds, SPEC.child('minReadySeconds')),
    ...selector(spec.selector, SPEC.child('selector'), 'deployment'),
    ...ownedPods(spec, old?.spec),
  ];
}

export const validateReplicaSet = (rs: ReplicaSet): ErrorList => check(rs);

export function validateReplicaSetUpdate(rs: ReplicaSet, old: ReplicaSet): ErrorList {
  return [...check(rs, old), ...immutable(rs.spec.selector, old.spec.selector, SPEC.child('selector'))];
}

export function validateReplicaSetStatusUpdate({ status }: ReplicaSet): ErrorList {
  const counts = { ...status };
  return [
    ...counters(
      counts,
      ['replicas', 'fullyLabeledReplicas', 'readyReplicas', 'availableReplicas', 'observedGeneration', 'terminatingReplicas'],
      STATUS,
    ),
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
