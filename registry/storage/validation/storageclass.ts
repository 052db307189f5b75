// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateStorageClass = (..._args: readonly unknown[]): ErrorList => [];
export const validateStorageClassUpdate = (..._args: readonly unknown[]): ErrorList => [];
