// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateServiceCIDR = (..._args: readonly unknown[]): ErrorList => [];
export const validateServiceCIDRStatusUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateServiceCIDRUpdate = (..._args: readonly unknown[]): ErrorList => [];
