// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateClusterRoleBinding = (..._args: readonly unknown[]): ErrorList => [];
export const validateClusterRoleBindingUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateRoleBinding = (..._args: readonly unknown[]): ErrorList => [];
export const validateRoleBindingUpdate = (..._args: readonly unknown[]): ErrorList => [];
