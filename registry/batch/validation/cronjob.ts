// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateCronJobCreate = (..._args: readonly unknown[]): ErrorList => [];
export const validateCronJobUpdate = (..._args: readonly unknown[]): ErrorList => [];
