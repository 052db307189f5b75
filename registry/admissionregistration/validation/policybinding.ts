// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validatePolicyBinding = (..._args: readonly unknown[]): ErrorList => [];
export const validatePolicyBindingUpdate = (..._args: readonly unknown[]): ErrorList => [];
