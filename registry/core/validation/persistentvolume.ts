// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validatePersistentVolumeAndPlugin = (..._args: readonly unknown[]): ErrorList => [];
export const validatePersistentVolumeStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validatePersistentVolumeUpdate = (..._args: readonly unknown[]): ErrorList => [];
