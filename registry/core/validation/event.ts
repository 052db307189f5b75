// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateEventCreate = (..._args: readonly unknown[]): ErrorList => [];
export const validateEventUpdate = (..._args: readonly unknown[]): ErrorList => [];
