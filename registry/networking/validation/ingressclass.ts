// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateIngressClass = (..._args: readonly unknown[]): ErrorList => [];
export const validateIngressClassUpdate = (..._args: readonly unknown[]): ErrorList => [];
