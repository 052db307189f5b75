// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateNamespace = (..._args: readonly unknown[]): ErrorList => [];
export const validateNamespaceFinalizeUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateNamespaceName = (_name: string, _isPrefix: boolean): readonly string[] => [];
export const validateNamespaceStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
