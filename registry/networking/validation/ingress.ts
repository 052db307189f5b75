// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateIngressCreate = (..._args: readonly unknown[]): ErrorList => [];
export const validateIngressStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateIngressUpdate = (..._args: readonly unknown[]): ErrorList => [];
