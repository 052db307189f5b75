// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateControllerRevision = (..._args: readonly unknown[]): ErrorList => [];
export const validateControllerRevisionUpdate = (..._args: readonly unknown[]): ErrorList => [];
