/** Names in dynamic resource allocation, and lists of limited size. Behaves like upstream pkg/apis/resource/validation/validation.go. */
import { duplicate, invalid, required, tooLong, tooMany, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { dnsSubdomain } from '../../core/validation/fields.ts';
import { byteLength, each, isCIdentifier } from '../../core/validation/format.ts';
import { csiDriverName } from '../../core/validation/volume-sources.ts';

const POOL_LIMIT = 253;
const ID_LIMIT = 32;
const KEY_LIMIT = 63 + 1 + ID_LIMIT;

export const driverName = csiDriverName;

export function poolName(name: string, path: Path): FieldError[] {
  if (name === '') return [required(path)];
  return [
    ...(byteLength(name) > POOL_LIMIT ? [tooLong(path, POOL_LIMIT)] : []),
    ...name.split('/').flatMap((part) => dnsSubdomain(part, path)),
  ];
}

function identifier(id: string, path: Path): FieldError[] {
  return [...(byteLength(id) > ID_LIMIT ? [tooLong(path, ID_LIMIT)] : []), ...each(path, id, isCIdentifier(id))];
}

export function attributeName(name: string, path: Path): FieldError[] {
  const [domain = '', id = '', ...more] = name.split('/');
  if (!name.includes('/')) return identifier(name, path);
  if (more.length > 0) return [];
  return [
    ...(domain === '' ? [invalid(path, '', 'the domain must not be empty')] : driverName(domain, path)),
    ...(id === '' ? [invalid(path, '', 'the name must not be empty')] : identifier(id, path)),
  ];
}

export function fullAttributeName(name: string, path: Path): FieldError[] {
  return [
    ...attributeName(name, path),
    ...(name.includes('/') ? [] : [invalid(path, name, 'a fully qualified name must be a domain and a name separated by a slash')]),
  ];
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function uid(text: string, path: Path): FieldError[] {
  if (UUID.test(text)) return [];
  if (!UUID.test(text.toLowerCase())) return [invalid(path, text, `error validating uid: invalid UUID length: ${text.length}`)];
  return [
    invalid(
      path,
      text,
      'uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters',
    ),
  ];
}

type Check<T> = (item: T, path: Path) => FieldError[];

/** Too many items are not looked at one by one. */
export function limited<T>(list: readonly T[] | undefined | null, most: number, check: Check<T>, path: Path): FieldError[] {
  const items = list ?? [];
  return items.length > most ? [tooMany(path, items.length, most)] : items.flatMap((item, i) => check(item, path.index(i)));
}

export function unique<T>(
  list: readonly T[] | undefined | null,
  most: number,
  check: Check<T>,
  key: (item: T) => unknown,
  path: Path,
): FieldError[] {
  const items = list ?? [];
  if (items.length > most) return [tooMany(path, items.length, most)];
  const keys = items.map((item) => JSON.stringify(key(item)));
  return [
    ...items.flatMap((item, i) => check(item, path.index(i))),
    ...items.flatMap((item, i) => (keys.indexOf(keys[i] ?? '') < i ? [duplicate(path.index(i), key(item))] : [])),
  ];
}

/** A long key is shortened in paths. */
export function keyPath(path: Path, key: string, most = KEY_LIMIT): Path {
  if (key.length <= most) return path.key(key);
  const left = most - 3;
  return path.key(`${key.slice(0, Math.floor((left + 1) / 2))}...${key.slice(key.length - Math.floor(left / 2))}`);
}
