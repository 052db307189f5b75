// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validatePriorityClass = (..._args: readonly unknown[]): ErrorList => [];
export const validatePriorityClassUpdate = (..._args: readonly unknown[]): ErrorList => [];
