// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateClusterIPsRelatedFields = (..._args: readonly unknown[]): ErrorList => [];
