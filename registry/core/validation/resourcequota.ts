// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateResourceQuota = (..._args: readonly unknown[]): ErrorList => [];
export const validateResourceQuotaStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateResourceQuotaUpdate = (..._args: readonly unknown[]): ErrorList => [];
