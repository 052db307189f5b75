// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateNode = (..._args: readonly unknown[]): ErrorList => [];
export const validateNodeAndUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateNodeUpdate = (..._args: readonly unknown[]): ErrorList => [];
