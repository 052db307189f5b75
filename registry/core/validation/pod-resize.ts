// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validatePodResize = (..._args: readonly unknown[]): ErrorList => [];
