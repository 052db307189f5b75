/** Templates of pods. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePodTemplateSpec). */
import { orEmpty } from '../../../apimachinery/schema/emptied.ts';
import type { PodTemplateSpec } from '../../../apimachinery/types/core.gen.ts';
import type { LabelSelector } from '../../../apimachinery/types/meta.gen.ts';
import { forbidden, invalid, located, NOTHING, notSupported, type ErrorList, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { matchesSelector } from '../selector-match.ts';
import { annotations, labels } from './fields.ts';
import { internalForm } from './internal-form.ts';
import { appArmorOnCreate, podAnnotations, seccompOnCreate } from './pod-annotations.ts';
import type { PodOptions } from './pod-options.ts';
import { validatePodSpec } from './pod-spec.ts';

/** Of templates that are right no path is made. */
export const validateTemplate = (template: PodTemplateSpec, path: Path, options: PodOptions): ErrorList =>
  located(path, (at) => templateErrors(template, at, options));

function templateErrors(template: PodTemplateSpec, path: Path, options: PodOptions): FieldError[] {
  const { spec } = template;
  const metadata = template.metadata ?? {};
  const inSpec = path.child('spec');
  const errors = labels(metadata.labels, path.child('labels'));
  annotations(metadata.annotations, path.child('annotations'), errors);
  podAnnotations(metadata.annotations, spec, path.child('annotations'), options.allowInvalidDeletionCost, errors);
  validatePodSpec(spec, undefined, inSpec, options, errors);
  seccompOnCreate({ metadata, spec }, inSpec, errors);
  appArmorOnCreate({ metadata, spec }, inSpec, errors);
  if ((spec.ephemeralContainers ?? NOTHING).length > 0)
    errors.push(forbidden(inSpec.child('ephemeralContainers'), 'ephemeral containers not allowed in pod template'));
  return errors;
}

/** A selector that matches everything asks nothing of the labels. */
export function selectedByOwner(selector: LabelSelector | null | undefined, template: PodTemplateSpec, path: Path): FieldError[] {
  const { metadata } = template;
  return selector && matchesSelector(selector, metadata?.labels ?? {})
    ? []
    : [invalid(path.child('metadata', 'labels'), metadata && internalForm('{}s', orEmpty(metadata, 'labels', {})), '`selector` does not match template `labels`')];
}

/** For controllers that keep pods running for ever. */
export function runsForEver({ spec }: PodTemplateSpec, path: Path, kind: string): FieldError[] {
  return [
    ...(spec.restartPolicy === 'Always' ? [] : [notSupported(path.child('spec', 'restartPolicy'), spec.restartPolicy ?? '', ['Always'])]),
    ...(spec.activeDeadlineSeconds === undefined
      ? []
      : [forbidden(path.child('spec', 'activeDeadlineSeconds'), `activeDeadlineSeconds in ${kind} is not Supported`)]),
  ];
}
