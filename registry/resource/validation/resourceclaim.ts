// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateResourceClaim = (..._args: readonly unknown[]): ErrorList => [];
export const validateResourceClaimStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateResourceClaimTemplate = (..._args: readonly unknown[]): ErrorList => [];
export const validateResourceClaimTemplateUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateResourceClaimUpdate = (..._args: readonly unknown[]): ErrorList => [];
