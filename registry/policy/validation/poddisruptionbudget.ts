// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validatePodDisruptionBudget = (..._args: readonly unknown[]): ErrorList => [];
export const validatePodDisruptionBudgetStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validatePodDisruptionBudgetUpdate = (..._args: readonly unknown[]): ErrorList => [];
