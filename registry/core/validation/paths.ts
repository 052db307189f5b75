/** Paths inside containers and volumes. Behaves like upstream pkg/apis/core/validation/validation.go. */
import { invalid, notSupported, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';

export function noBacksteps(target: string, path: Path): FieldError[] {
  return target.split('/').includes('..') ? [invalid(path, target, "must not contain '..'")] : [];
}

export function descendingPath(target: string, path: Path): FieldError[] {
  return [...(target.startsWith('/') ? [invalid(path, target, 'must be a relative path')] : []), ...noBacksteps(target, path)];
}

export function nonReservedPath(target: string, path: Path): FieldError[] {
  const isReserved = target.startsWith('..') && !target.startsWith('../');
  return [...descendingPath(target, path), ...(isReserved ? [invalid(path, target, "must not start with '..'")] : [])];
}

export function fileMode(mode: number | undefined, path: Path): FieldError[] {
  return mode !== undefined && (mode > 0o777 || mode < 0)
    ? [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];
}

const HOST_PATH_TYPES = ['', 'BlockDevice', 'CharDevice', 'Directory', 'DirectoryOrCreate', 'File', 'FileOrCreate', 'Socket'];

export function hostPathType(type: string | undefined, path: Path): FieldError[] {
  return type === undefined || HOST_PATH_TYPES.includes(type) ? [] : [notSupported(path, type, HOST_PATH_TYPES)];
}
