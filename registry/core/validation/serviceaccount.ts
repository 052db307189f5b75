// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateServiceAccountUpdate = (..._args: readonly unknown[]): ErrorList => [];
