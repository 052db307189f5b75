// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateEphemeralContainersUpdate = (..._args: readonly unknown[]): ErrorList => [];
