// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateIPAddress = (..._args: readonly unknown[]): ErrorList => [];
export const validateIPAddressName = (_name: string, _isPrefix: boolean): readonly string[] => [];
export const validateIPAddressUpdate = (..._args: readonly unknown[]): ErrorList => [];
