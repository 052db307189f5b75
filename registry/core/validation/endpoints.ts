// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateEndpointsCreate = (..._args: readonly unknown[]): ErrorList => [];
export const validateEndpointsUpdate = (..._args: readonly unknown[]): ErrorList => [];
