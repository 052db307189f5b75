// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateResourceSlice = (..._args: readonly unknown[]): ErrorList => [];
export const validateResourceSliceUpdate = (..._args: readonly unknown[]): ErrorList => [];
