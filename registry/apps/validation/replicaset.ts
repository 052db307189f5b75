// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateReplicaSet = (..._args: readonly unknown[]): ErrorList => [];
export const validateReplicaSetStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateReplicaSetUpdate = (..._args: readonly unknown[]): ErrorList => [];
