// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateAPIService = (..._args: readonly unknown[]): ErrorList => [];
export const validateAPIServiceStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateAPIServiceUpdate = (..._args: readonly unknown[]): ErrorList => [];
