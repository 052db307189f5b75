// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateDaemonSet = (..._args: readonly unknown[]): ErrorList => [];
export const validateDaemonSetStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateDaemonSetUpdate = (..._args: readonly unknown[]): ErrorList => [];
