// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validatePriorityLevel = (..._args: readonly unknown[]): ErrorList => [];
export const validatePriorityLevelStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validatePriorityLevelUpdate = (..._args: readonly unknown[]): ErrorList => [];
