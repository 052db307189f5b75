// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateApprovalUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateRequest = (..._args: readonly unknown[]): ErrorList => [];
export const validateRequestUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
