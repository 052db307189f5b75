// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateServiceCreate = (..._args: readonly unknown[]): ErrorList => [];
export const validateServiceName = (_name: string, _isPrefix: boolean): readonly string[] => [];
export const validateServiceStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateServiceUpdate = (..._args: readonly unknown[]): ErrorList => [];
