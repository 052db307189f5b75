// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateEndpointSliceCreate = (..._args: readonly unknown[]): ErrorList => [];
export const validateEndpointSliceUpdate = (..._args: readonly unknown[]): ErrorList => [];
