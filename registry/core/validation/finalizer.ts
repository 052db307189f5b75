/** Finalizers of the core group: known, or with a domain. Behaves like upstream pkg/apis/core/validation/validation.go (validateFinalizerName). */
import { invalid, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { each, isQualifiedName } from './format.ts';

const STANDARD = ['kubernetes', 'orphan', 'foregroundDeletion'];

export function finalizerName(name: string, path: Path): FieldError[] {
  const isUnknown = !name.includes('/') && !STANDARD.includes(name);
  return [
    ...each(path, name, isQualifiedName(name)),
    ...(isUnknown ? [invalid(path, name, 'name is neither a standard finalizer name nor is it fully qualified')] : []),
  ];
}
