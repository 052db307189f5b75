// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateLimitRange = (..._args: readonly unknown[]): ErrorList => [];
