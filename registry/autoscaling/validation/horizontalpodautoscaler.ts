// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateAutoscaler = (..._args: readonly unknown[]): ErrorList => [];
export const validateAutoscalerStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateAutoscalerUpdate = (..._args: readonly unknown[]): ErrorList => [];
