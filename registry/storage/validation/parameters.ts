/** What classes of storage share. Behaves like upstream pkg/apis/storage/validation/validation.go. */
import { forbidden, invalid, Path, required, tooLong, type FieldError } from '../../../apimachinery/validation/field.ts';
import { semanticEqual } from '../../core/equality.ts';
import { each, byteLength, isQualifiedName } from '../../core/validation/format.ts';

const MAX_SIZE = 256 * 1024;
const MAX_COUNT = 512;

type Map = Readonly<Record<string, string>> | undefined;

export function driver(name: string | undefined, path: Path): FieldError[] {
  return name ? each(path, name.toLowerCase(), isQualifiedName(name.toLowerCase())) : [required(path)];
}

export function parameters(map: Map, path: Path, isRequired: boolean): FieldError[] {
  const entries = Object.entries(map ?? {});
  if (entries.length > MAX_COUNT) return [tooLong(path, MAX_COUNT)];
  const size = entries.reduce((sum, [k, v]) => sum + byteLength(k) + byteLength(v), 0);
  return [
    ...entries.filter(([k]) => k === '').map(([k]) => invalid(path, k, 'field can not be empty.')),
    ...(size > MAX_SIZE ? [tooLong(path, MAX_SIZE)] : []),
    ...(isRequired && entries.length === 0 ? [required(path, 'must contain at least one key/value pair')] : []),
  ];
}

export function unchanged(field: string, next: unknown, old: unknown): FieldError[] {
  return semanticEqual(next, old) ? [] : [forbidden(Path.of(field), `updates to ${field} are forbidden.`)];
}
