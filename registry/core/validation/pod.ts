// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validatePodCreate = (..._args: readonly unknown[]): ErrorList => [];
export const validatePodUpdate = (..._args: readonly unknown[]): ErrorList => [];
