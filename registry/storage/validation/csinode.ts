// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateCSINode = (..._args: readonly unknown[]): ErrorList => [];
export const validateCSINodeUpdate = (..._args: readonly unknown[]): ErrorList => [];
