// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateNetworkPolicy = (..._args: readonly unknown[]): ErrorList => [];
export const validateNetworkPolicyUpdate = (..._args: readonly unknown[]): ErrorList => [];
