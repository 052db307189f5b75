// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateStatefulSet = (..._args: readonly unknown[]): ErrorList => [];
export const validateStatefulSetStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateStatefulSetUpdate = (..._args: readonly unknown[]): ErrorList => [];
