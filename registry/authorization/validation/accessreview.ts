// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateLocalSubjectAccessReview = (..._args: readonly unknown[]): ErrorList => [];
export const validateSelfSubjectAccessReview = (..._args: readonly unknown[]): ErrorList => [];
export const validateSubjectAccessReview = (..._args: readonly unknown[]): ErrorList => [];
