// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateCustomResourceDefinition = (..._args: readonly unknown[]): ErrorList => [];
export const validateCustomResourceDefinitionStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateCustomResourceDefinitionUpdate = (..._args: readonly unknown[]): ErrorList => [];
