// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateConfigMap = (..._args: readonly unknown[]): ErrorList => [];
export const validateConfigMapUpdate = (..._args: readonly unknown[]): ErrorList => [];
