/** What a schema may say, at any depth. Behaves like upstream apiextensions/validation/validation.go ValidateCustomResourceDefinitionOpenAPISchema. */
import { forbidden, invalid, notSupported, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { listTypeErrors, type ListTypeOptions } from './list-type.ts';
import { ruleErrors } from './rules.ts';
import { entries, itemList, itemSchema, schemaIn, type Schema } from './schema-walk.ts';

export const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const META_FIELDS: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion']);

export interface SchemaOptions extends ListTypeOptions {
  readonly requireKnownTypes: boolean;
}

/** Where the schema stands. */
interface Place {
  readonly isRoot: boolean;
  readonly isInMeta: boolean;
  /** Why no default is allowed; undefined: it is. */
  readonly noDefaults?: string;
}

const ROOT: Place = { isRoot: true, isInMeta: false };

export function openapiSchemaErrors(schema: Schema, path: Path, options: SchemaOptions): FieldError[] {
  return errorsAt(schema, path, options, ROOT);
}

function errorsAt(s: Schema, path: Path, options: SchemaOptions, place: Place): FieldError[] {
  const preserve = s['x-kubernetes-preserve-unknown-fields'];
  const own = [
    ...standard(s, path, options, place),
    ...(s.uniqueItems
      ? [forbidden(path.child('uniqueItems'), 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic')]
      : []),
    ...mixedProperties(s, path),
  ];
  const inParts = parts(s, path, { ...place, isRoot: false }, place.isRoot).flatMap(([part, at, there]) =>
    part ? errorsAt(part, at, options, there) : [],
  );
  return [
    ...own,
    ...inParts,
    ...(preserve === false ? [invalid(path.child('x-kubernetes-preserve-unknown-fields'), preserve, 'must be true or undefined')] : []),
    ...listTypeErrors(s, path, options),
    ...ruleErrors(s, path),
  ];
}

function mixedProperties(s: Schema, path: Path): FieldError[] {
  const isOpen = s.additionalProperties === undefined || s.additionalProperties === true;
  if (isOpen || entries(s.properties).length === 0) return [];
  return [forbidden(path.child('additionalProperties'), 'additionalProperties and properties are mutual exclusive')];
}

type Part = readonly [Schema | undefined, Path, Place];

function parts(s: Schema, path: Path, place: Place, isRoot: boolean): Part[] {
  const additional = place.isInMeta ? { ...place, noDefaults: 'inside additionalProperties applying to object metadata' } : place;
  const list = (name: 'allOf' | 'oneOf' | 'anyOf'): Part[] => (s[name] ?? []).map((part, i) => [part, path.child(name).index(i), place]);
  return [
    [schemaIn(s.additionalProperties), path.child('additionalProperties'), additional],
    ...entries(s.properties).map(([name, part]): Part => [part, path.child('properties').key(name), memberPlace(s, name, place, isRoot)]),
    [s.not, path.child('not'), place],
    ...list('allOf'),
    ...list('oneOf'),
    ...list('anyOf'),
    ...entries(s.definitions).map(([name, part]): Part => [part, path.child('definitions').key(name), place]),
    [itemSchema(s), path.child('items'), place],
    ...itemList(s).map((part, i): Part => [part, path.child('items').index(i), place]),
    ...entries(s.dependencies).map(([name, part]): Part => [
      Array.isArray(part) ? undefined : (part as Schema),
      path.child('dependencies').key(name),
      place,
    ]),
  ];
}

function memberPlace(s: Schema, name: string, place: Place, isRoot: boolean): Place {
  if (!META_FIELDS.has(name) || (!isRoot && !s['x-kubernetes-embedded-resource'])) return place;
  return { ...place, isInMeta: true, ...(isRoot && { noDefaults: `in top-level ${name}` }) };
}

const REFUSED: readonly (readonly [string, (s: Schema) => boolean])[] = [
  ['id', (s) => Boolean(s.id)],
  ['additionalItems', (s) => s.additionalItems !== undefined],
  ['patternProperties', (s) => entries(s.patternProperties).length > 0],
  ['definitions', (s) => entries(s.definitions).length > 0],
  ['dependencies', (s) => s.dependencies !== undefined],
  ['$ref', (s) => s.$ref !== undefined],
];

function standard(s: Schema, path: Path, options: SchemaOptions, place: Place): FieldError[] {
  const hasDefault = s.default !== undefined && s.default !== null;
  return [
    ...(options.requireKnownTypes && s.type && !TYPES.includes(s.type) ? [notSupported(path.child('type'), s.type, TYPES)] : []),
    ...(hasDefault && place.noDefaults !== undefined ? [forbidden(path.child('default'), `must not be set ${place.noDefaults}`)] : []),
    ...REFUSED.flatMap(([name, isUsed]) => (isUsed(s) ? [forbidden(path.child(name), `${name} is not supported`)] : [])),
    ...(s.type === 'null' ? [forbidden(path.child('type'), 'type cannot be set to null, use nullable as an alternative')] : []),
    ...(itemList(s).length > 0 ? [forbidden(path.child('items'), 'items must be a schema object and not an array')] : []),
    ...(place.isInMeta && s['x-kubernetes-embedded-resource']
      ? [forbidden(path.child('x-kubernetes-embedded-resource'), 'must not be used inside of resource meta')]
      : []),
  ];
}
