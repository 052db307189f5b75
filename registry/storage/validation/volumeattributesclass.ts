// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateVolumeAttributesClass = (..._args: readonly unknown[]): ErrorList => [];
export const validateVolumeAttributesClassUpdate = (..._args: readonly unknown[]): ErrorList => [];
