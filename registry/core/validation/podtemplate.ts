/** PodTemplates. Behaves like upstream pkg/apis/core/validation/validation.go (ValidatePodTemplate). */
import type { PodTemplate } from '../../../apimachinery/types/core.gen.ts';
import { Path, type ErrorList } from '../../../apimachinery/validation/field.ts';
import { templateOptions } from './pod-options.ts';
import { validateTemplate } from './pod-template.ts';

export const validatePodTemplate = (t: PodTemplate): ErrorList => validateTemplate(t.template, Path.of('template'), templateOptions());

export const validatePodTemplateUpdate = (t: PodTemplate, old: PodTemplate): ErrorList =>
  validateTemplate(t.template, Path.of('template'), templateOptions(old.template));
