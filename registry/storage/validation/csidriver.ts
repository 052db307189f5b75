// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateCSIDriver = (..._args: readonly unknown[]): ErrorList => [];
export const validateCSIDriverUpdate = (..._args: readonly unknown[]): ErrorList => [];
