// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateLease = (..._args: readonly unknown[]): ErrorList => [];
export const validateLeaseUpdate = (..._args: readonly unknown[]): ErrorList => [];
