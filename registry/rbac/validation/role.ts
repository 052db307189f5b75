// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateClusterRole = (..._args: readonly unknown[]): ErrorList => [];
export const validateClusterRoleUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateRBACName = (_name: string, _isPrefix: boolean): readonly string[] => [];
export const validateRole = (..._args: readonly unknown[]): ErrorList => [];
export const validateRoleUpdate = (..._args: readonly unknown[]): ErrorList => [];
