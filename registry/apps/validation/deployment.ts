// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateDeployment = (..._args: readonly unknown[]): ErrorList => [];
export const validateDeploymentStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateDeploymentUpdate = (..._args: readonly unknown[]): ErrorList => [];
