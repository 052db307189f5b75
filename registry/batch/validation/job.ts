// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateJobCreate = (..._args: readonly unknown[]): ErrorList => [];
export const validateJobUpdate = (..._args: readonly unknown[]): ErrorList => [];
