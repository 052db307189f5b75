// STUB
import type { ErrorList } from '../../../apimachinery/validation/field.ts';
export const validateVolumeAttachment = (..._args: readonly unknown[]): ErrorList => [];
export const validateVolumeAttachmentUpdate = (..._args: readonly unknown[]): ErrorList => [];
