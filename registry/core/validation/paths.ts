/** Paths inside containers and volumes. Behaves like upstream pkg/apis/core/validation/validation.go. */
import { invalid, notSupported, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';

const hasBacksteps = (target: string): boolean => target.includes('..') && target.split('/').includes('..');

export function noBacksteps(target: string, path: Path, errors: FieldError[] = []): FieldError[] {
  if (hasBacksteps(target)) errors.push(invalid(path, target, "must not contain '..'"));
  return errors;
}

export function descendingPath(target: string, path: Path, errors: FieldError[] = []): FieldError[] {
  if (target.startsWith('/')) errors.push(invalid(path, target, 'must be a relative path'));
  return noBacksteps(target, path, errors);
}

export function nonReservedPath(target: string, path: Path, errors: FieldError[] = []): FieldError[] {
  descendingPath(target, path, errors);
  if (target.startsWith('..') && !target.startsWith('../')) errors.push(invalid(path, target, "must not start with '..'"));
  return errors;
}

export function fileMode(mode: number | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  if (mode !== undefined && (mode > 0o777 || mode < 0))
    errors.push(invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive'));
  return errors;
}

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

export function hostPathType(type: string | undefined, path: Path, errors: FieldError[] = []): FieldError[] {
  if (type !== undefined && !HOST_PATH_TYPES.includes(type)) errors.push(notSupported(path, type, HOST_PATH_TYPES));
  return errors;
}
