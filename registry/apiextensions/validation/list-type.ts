/** x-kubernetes-list-type, x-kubernetes-list-map-keys and x-kubernetes-map-type. Behaves like upstream apiextensions/validation/validation.go. */
import { forbidden, invalid, notSupported, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { goItems } from './internal-form.ts';
import { itemSchema, type Schema } from './schema-walk.ts';

const MAP_TYPES = ['atomic', 'granular'];
const LIST_TYPES = ['atomic', 'set', 'map'];
const LIST_TYPE = 'x-kubernetes-list-type';
const MAP_TYPE = 'x-kubernetes-map-type';
const MAP_KEYS = 'x-kubernetes-list-map-keys';

/** Whether a value that is merged by a list or map type has the right type for it. */
function typed(s: Schema, extension: typeof LIST_TYPE | typeof MAP_TYPE, type: string, path: Path): FieldError[] {
  if (s[extension] === undefined || s.type === type) return [];
  const detail = `must be ${type} if ${extension} is specified`;
  return [s.type ? invalid(path.child('type'), s.type, detail) : required(path.child('type'), detail)];
}

const known = (s: Schema, extension: typeof LIST_TYPE | typeof MAP_TYPE, values: readonly string[], path: Path): FieldError[] => {
  const value = s[extension];
  return value === undefined || values.includes(value) ? [] : [notSupported(path.child(extension), value, values)];
};

/** Items of sets are compared whole. */
export function nonAtomicItem(s: Schema): typeof LIST_TYPE | typeof MAP_TYPE | undefined {
  const items = itemSchema(s);
  if (s[LIST_TYPE] !== 'set' || !items) return undefined;
  if (items.type === 'array') return items[LIST_TYPE] === undefined || items[LIST_TYPE] === 'atomic' ? undefined : LIST_TYPE;
  return items.type === 'object' && items[MAP_TYPE] !== 'atomic' ? MAP_TYPE : undefined;
}

function keysDeclared(s: Schema, path: Path): FieldError[] {
  if ((s[MAP_KEYS]?.length ?? 0) === 0 || s[LIST_TYPE] === 'map') return [];
  const at = path.child(LIST_TYPE);
  const detail = `must be map if ${MAP_KEYS} is non-empty`;
  return [s[LIST_TYPE] === undefined ? required(at, detail) : invalid(at, s[LIST_TYPE], detail)];
}

function mapList(s: Schema, path: Path): FieldError[] {
  if (s[LIST_TYPE] !== 'map') return [];
  const items = itemSchema(s);
  const at = path.child('items');
  const errors: FieldError[] = [];
  if ((s[MAP_KEYS]?.length ?? 0) === 0) errors.push(required(path.child(MAP_KEYS), 'must not be empty if x-kubernetes-list-type is map'));
  if (s.items === undefined) errors.push(required(at, 'must have a schema if x-kubernetes-list-type is map'));
  else if (!items) errors.push(invalid(at, goItems(s), 'must only have a single schema if x-kubernetes-list-type is map'));
  else if (items.type !== 'object')
    errors.push(invalid(at.child('type'), items.type ?? '', "must be object if parent array's x-kubernetes-list-type is map"));
  return items?.type === 'object' ? [...errors, ...mapKeys(s, items, path)] : errors;
}

function mapKeys(s: Schema, items: Schema, path: Path): FieldError[] {
  const keys = s[MAP_KEYS] ?? [];
  const at = path.child(MAP_KEYS);
  const isScalar = (member: Schema): boolean => member.type !== 'array' && member.type !== 'object';
  return keys.flatMap((key, i) => {
    const member = items.properties?.[key];
    const typeAt = path.child('items').child('properties').key(key).child('type');
    return [
      ...(member ? [] : [invalid(at, keys, 'entries must all be names of item properties')]),
      ...(member && !isScalar(member)
        ? [invalid(typeAt, items.type, "must be a scalar type if parent array's x-kubernetes-list-type is map")]
        : []),
      ...(keys.indexOf(key) < i ? [invalid(at, keys, 'must not contain duplicate entries')] : []),
    ];
  });
}

/** Keys tell items apart only when every item has them. */
export function mapKeyErrors(s: Schema, path: Path): FieldError[] {
  const items = itemSchema(s);
  const type = s[LIST_TYPE];
  if (!items || (type !== 'set' && type !== 'map')) return [];
  const at = path.child('items');
  const nullable = items.nullable ? [forbidden(at.child('nullable'), `cannot be nullable when x-kubernetes-list-type is ${type}`)] : [];
  if (type === 'set') return nullable;
  const keyErrors = (s[MAP_KEYS] ?? []).flatMap((key) => {
    const member = items.properties?.[key];
    const keyAt = at.child('properties').key(key);
    if (!member) return [];
    const isAlways = items.required?.includes(key) === true || (member.default !== undefined && member.default !== null);
    return [
      ...(isAlways
        ? []
        : [required(keyAt.child('default'), `this property is in ${MAP_KEYS}, so it must have a default or be a required property`)]),
      ...(member.nullable ? [forbidden(keyAt.child('nullable'), `this property is in ${MAP_KEYS}, so it cannot be nullable`)] : []),
    ];
  });
  return [...nullable, ...keyErrors];
}

export interface ListTypeOptions {
  readonly requireAtomicSetType: boolean;
  readonly requireMapKeys: boolean;
}

export function listTypeErrors(s: Schema, path: Path, options: ListTypeOptions): FieldError[] {
  const nonAtomic = options.requireAtomicSetType && s.type === 'array' ? nonAtomicItem(s) : undefined;
  return [
    ...typed(s, MAP_TYPE, 'object', path),
    ...known(s, MAP_TYPE, MAP_TYPES, path),
    ...typed(s, LIST_TYPE, 'array', path),
    ...(nonAtomic
      ? [
          invalid(
            path.child('items').child(nonAtomic),
            itemSchema(s)?.[LIST_TYPE],
            'must be atomic as item of a list with x-kubernetes-list-type=set',
          ),
        ]
      : []),
    ...known(s, LIST_TYPE, LIST_TYPES, path),
    ...keysDeclared(s, path),
    ...mapList(s, path),
    ...(options.requireMapKeys ? mapKeyErrors(s, path) : []),
  ];
}
