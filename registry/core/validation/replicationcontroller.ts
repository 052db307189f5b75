// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateReplicationController = (..._args: readonly unknown[]): ErrorList => [];
export const validateReplicationControllerStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateReplicationControllerUpdate = (..._args: readonly unknown[]): ErrorList => [];
