// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateDeviceClass = (..._args: readonly unknown[]): ErrorList => [];
export const validateDeviceClassUpdate = (..._args: readonly unknown[]): ErrorList => [];
