/** ServiceAccounts: nothing but their metadata is checked. Behaves like upstream pkg/apis/core/validation/validation.go (ValidateServiceAccount). */
import type { ErrorList } from '../../../apimachinery/validation/field.ts';

export const validateServiceAccountUpdate = (): ErrorList => [];
