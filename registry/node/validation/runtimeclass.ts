// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateRuntimeClass = (..._args: readonly unknown[]): ErrorList => [];
export const validateRuntimeClassUpdate = (..._args: readonly unknown[]): ErrorList => [];
