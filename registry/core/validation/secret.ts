// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateSecret = (..._args: readonly unknown[]): ErrorList => [];
export const validateSecretUpdate = (..._args: readonly unknown[]): ErrorList => [];
