// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validatePodTemplate = (..._args: readonly unknown[]): ErrorList => [];
export const validatePodTemplateUpdate = (..._args: readonly unknown[]): ErrorList => [];
