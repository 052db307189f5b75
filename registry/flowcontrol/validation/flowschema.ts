// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateFlowSchema = (..._args: readonly unknown[]): ErrorList => [];
export const validateFlowSchemaStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateFlowSchemaUpdate = (..._args: readonly unknown[]): ErrorList => [];
