/** anyOf, allOf, oneOf and not in structural schemas: they restrict what is declared outside of them, and declare nothing. Behaves like upstream apiextensions-apiserver/pkg/apiserver/schema/{validation,complete}.go. */
import { forbidden, invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { regexpProblem } from './regexp.ts';
import { entries, itemSchema, schemaIn, type Schema } from './schema-walk.ts';

/** Where a schema with junctors stands; within a first allOf the int-or-string pattern may stand too. */
type Place = 'declared' | 'nested' | 'nested-int-or-string';

const isTyped = (s: Schema | undefined, type: string): boolean =>
  s !== undefined && s.type === type && Object.values(s).filter((v) => v !== undefined).length === 1;
/** `anyOf: [{type: integer}, {type: string}]`: the one place where types may be said again. */
const isIntOrString = ({ anyOf }: Schema): boolean => anyOf?.length === 2 && isTyped(anyOf[0], 'integer') && isTyped(anyOf[1], 'string');

export function junctors(s: Schema, path: Path, place: Place): FieldError[] {
  const skipsAnyOf = place === 'nested-int-or-string' || (place === 'declared' && isIntOrString(s));
  const first = s.allOf?.[0];
  const skipsFirst = place === 'declared' && first !== undefined && isIntOrString(first);
  const list = (name: 'anyOf' | 'oneOf'): FieldError[] =>
    (s[name] ?? []).flatMap((part, i) => nested(part, path.child(name).index(i), 'nested'));
  const pattern = s.pattern ? regexpProblem(s.pattern) : undefined;
  return [
    ...(skipsAnyOf ? [] : list('anyOf')),
    ...(s.allOf ?? []).flatMap((part, i) =>
      nested(part, path.child('allOf').index(i), skipsFirst && i === 0 ? 'nested-int-or-string' : 'nested'),
    ),
    ...list('oneOf'),
    ...(s.not ? nested(s.not, path.child('not'), 'nested') : []),
    ...(pattern === undefined
      ? []
      : [invalid(path.child('pattern'), s.pattern, `must be a valid regular expression, but isn't: ${pattern}`)]),
  ];
}

const FORBIDDEN: readonly (readonly [keyof Schema, string])[] = [
  ['title', 'must be empty to be structural'],
  ['description', 'must be empty to be structural'],
  ['nullable', 'must be false to be structural'],
  ['x-kubernetes-preserve-unknown-fields', 'must be false to be structural'],
  ['x-kubernetes-embedded-resource', 'must be false to be structural'],
  ['x-kubernetes-int-or-string', 'must be false to be structural'],
];

function nested(s: Schema, path: Path, place: Place): FieldError[] {
  const items = itemSchema(s);
  const isSet = (name: keyof Schema): boolean => Boolean(s[name]);
  const isThere = (name: keyof Schema): boolean => s[name] !== undefined;
  const isFilled = (name: 'x-kubernetes-list-map-keys' | 'x-kubernetes-validations'): boolean => (s[name]?.length ?? 0) > 0;
  const no = (wrong: boolean, name: string, detail: string): FieldError[] => (wrong ? [forbidden(path.child(name), detail)] : []);
  return [
    ...junctors(s, path, place),
    ...(items ? nested(items, path.child('items'), 'nested') : []),
    ...entries(s.properties).flatMap(([name, member]) => nested(member, path.child('properties').key(name), 'nested')),
    ...no(isSet('type'), 'type', 'must be empty to be structural'),
    ...no(
      s.additionalProperties === true || schemaIn(s.additionalProperties) !== undefined,
      'additionalProperties',
      'must be undefined to be structural',
    ),
    ...no(s.default !== undefined && s.default !== null, 'default', 'must be undefined to be structural'),
    ...FORBIDDEN.flatMap(([name, detail]) => no(isSet(name), name, detail)),
    ...no(isFilled('x-kubernetes-list-map-keys'), 'x-kubernetes-list-map-keys', 'must be empty to be structural'),
    ...no(isThere('x-kubernetes-list-type'), 'x-kubernetes-list-type', 'must be undefined to be structural'),
    ...no(isThere('x-kubernetes-map-type'), 'x-kubernetes-map-type', 'must be undefined to be structural'),
    ...no(isFilled('x-kubernetes-validations'), 'x-kubernetes-validations', 'must be empty to be structural'),
    ...(s.properties?.['metadata']
      ? [forbidden(path.child('properties').key('metadata'), 'must not be specified in a nested context')]
      : []),
  ];
}

/** What a junctor speaks of is declared outside of it. */
export function completeness(s: Schema, path: Path): FieldError[] {
  return parts(s, path).flatMap(([part, at]) => spokenOf(part, s, path, at));
}

const parts = (s: Schema, path: Path): (readonly [Schema, Path])[] => [
  ...(s.not ? [[s.not, path.child('not')] as const] : []),
  ...(['allOf', 'anyOf', 'oneOf'] as const).flatMap((name) => (s[name] ?? []).map((part, i) => [part, path.child(name).index(i)] as const)),
];

function spokenOf(part: Schema, declared: Schema | undefined, path: Path, at: Path): FieldError[] {
  if (!declared) return [required(path, `because it is defined in ${at.toString()}`)];
  const items = itemSchema(part);
  return [
    ...parts(part, at).flatMap(([inner, innerAt]) => spokenOf(inner, declared, path, innerAt)),
    ...(items ? spokenOf(items, itemSchema(declared), path.child('items'), at.child('items')) : []),
    ...entries(part.properties).flatMap(([name, member]) =>
      spokenOf(member, declared.properties?.[name], path.child('properties').key(name), at.child('properties').key(name)),
    ),
  ];
}
