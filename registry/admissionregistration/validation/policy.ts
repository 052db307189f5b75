// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validatePolicy = (..._args: readonly unknown[]): ErrorList => [];
export const validatePolicyStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validatePolicyUpdate = (..._args: readonly unknown[]): ErrorList => [];
