// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateClaimCreate = (..._args: readonly unknown[]): ErrorList => [];
export const validateClaimStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateClaimUpdate = (..._args: readonly unknown[]): ErrorList => [];
