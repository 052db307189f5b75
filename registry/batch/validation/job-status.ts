// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateJobStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
