// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validatePodStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
