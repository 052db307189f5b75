// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateMutatingWebhookConfiguration = (..._args: readonly unknown[]): ErrorList => [];
export const validateMutatingWebhookConfigurationUpdate = (..._args: readonly unknown[]): ErrorList => [];
export const validateValidatingWebhookConfiguration = (..._args: readonly unknown[]): ErrorList => [];
export const validateValidatingWebhookConfigurationUpdate = (..._args: readonly unknown[]): ErrorList => [];
