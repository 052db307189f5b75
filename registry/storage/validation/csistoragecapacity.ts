// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateCSIStorageCapacity = (..._args: readonly unknown[]): ErrorList => [];
export const validateCSIStorageCapacityUpdate = (..._args: readonly unknown[]): ErrorList => [];
