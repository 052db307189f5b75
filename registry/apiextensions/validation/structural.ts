/** Whether a schema is structural: every field's type is said once, outside of junctors. Behaves like upstream apiextensions-apiserver/pkg/apiserver/schema/{convert,validation,complete}.go. */
import { forbidden, invalid, required, type FieldError, type Path } from '../../../apimachinery/validation/field.ts';
import { completeness, junctors } from './structural-junctors.ts';
import { entries, itemList, itemSchema, schemaIn, type Schema } from './schema-walk.ts';

type Level = 'root' | 'item' | 'field';
const EMPTY_TYPE: Readonly<Record<Level, string>> = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
};

const UNSUPPORTED: readonly (readonly [string, (s: Schema) => unknown])[] = [
  ['id', (s) => s.id],
  ['schema', (s) => s.$schema],
  ['$ref', (s) => s.$ref],
  ['patternProperties', (s) => Object.keys(s.patternProperties ?? {}).length > 0],
  ['dependencies', (s) => Object.keys(s.dependencies ?? {}).length > 0],
  ['additionalItems', (s) => s.additionalItems !== undefined],
  ['definitions', (s) => Object.keys(s.definitions ?? {}).length > 0],
];

/** Why no structural schema can be made of this. */
export function conversionProblem(s: Schema): string | undefined {
  const unsupported = UNSUPPORTED.find(([, isUsed]) => Boolean(isUsed(s)));
  if (unsupported) return `OpenAPIV3Schema '${unsupported[0]}' is not supported`;
  const nested = firstProblem([s.not, ...(s.allOf ?? []), ...(s.anyOf ?? []), ...(s.oneOf ?? [])]);
  if (nested !== undefined) return nested;
  if (s['x-kubernetes-preserve-unknown-fields'] === false)
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  if (itemList(s).length > 0) return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  return firstProblem([itemSchema(s), ...Object.values(s.properties ?? {}), schemaIn(s.additionalProperties)]);
}

function firstProblem(schemas: readonly (Schema | undefined)[]): string | undefined {
  for (const s of schemas) {
    const problem = s && conversionProblem(s);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Of a schema that can be converted. Sorted as they are printed. */
export function structuralErrors(s: Schema, path: Path): FieldError[] {
  const text = (e: FieldError): string => `${e.field}: ${e.message}`;
  return [...invariants(s, 'root', path), ...completeness(s, path)].sort((a, b) => (text(a) < text(b) ? -1 : 1));
}

function invariants(s: Schema, level: Level, path: Path): FieldError[] {
  const items = itemSchema(s);
  const additional = schemaIn(s.additionalProperties);
  return [
    ...(s.type === 'array' && !items ? [required(path.child('items'), 'must be specified')] : []),
    ...(items ? invariants(items, 'item', path.child('items')) : []),
    ...entries(s.properties).flatMap(([name, member]) => invariants(member, 'field', path.child('properties').key(name))),
    ...(s.additionalProperties !== undefined && level === 'root'
      ? [forbidden(path.child('additionalProperties'), 'must not be used at the root')]
      : []),
    ...(additional ? invariants(additional, 'field', path.child('additionalProperties')) : []),
    ...extensions(s, path),
    ...junctors(s, path, 'declared'),
    ...typeErrors(s, level, path),
    ...impliedMembers(s, level, path),
  ];
}

function extensions(s: Schema, path: Path): FieldError[] {
  if (!s['x-kubernetes-int-or-string']) return [];
  const clash = 'must be false if x-kubernetes-int-or-string is true';
  return (['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'] as const).flatMap((name) =>
    s[name] ? [invalid(path.child(name), true, clash)] : [],
  );
}

function typeErrors(s: Schema, level: Level, path: Path): FieldError[] {
  const embedded = s['x-kubernetes-embedded-resource'] === true;
  const at = path.child('type');
  const errors: FieldError[] = [];
  if (embedded && s.type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(s.type ? invalid(at, s.type, detail) : required(at, detail));
  } else if (!s.type && !s['x-kubernetes-int-or-string'] && !s['x-kubernetes-preserve-unknown-fields'])
    errors.push(required(at, EMPTY_TYPE[level]));
  if (embedded && s.additionalProperties !== undefined)
    errors.push(forbidden(path.child('additionalProperties'), 'must not be used if x-kubernetes-embedded-resource is set'));
  if (level === 'root' && s.type && s.type !== 'object') errors.push(invalid(at, s.type, 'must be object at the root'));
  if (embedded && !s['x-kubernetes-preserve-unknown-fields'] && entries(s.properties).length === 0)
    errors.push(
      required(
        path.child('properties'),
        'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields',
      ),
    );
  return errors;
}

/** apiVersion, kind and metadata: their types are known. */
function impliedMembers(s: Schema, level: Level, path: Path): FieldError[] {
  const isResource = level === 'root' || s['x-kubernetes-embedded-resource'] === true;
  const at = (name: string): Path => path.child('properties').key(name);
  const mustBe = (name: string, type: string): FieldError[] => {
    const member = s.properties?.[name];
    return isResource && member && member.type !== type ? [invalid(at(name).child('type'), member.type ?? '', `must be ${type}`)] : [];
  };
  const metadata = s.properties?.['metadata'];
  const saysMore = level === 'root' && metadata !== undefined && !namesOnly(metadata);
  return [
    ...mustBe('kind', 'string'),
    ...mustBe('apiVersion', 'string'),
    ...mustBe('metadata', 'object'),
    ...(saysMore
      ? [forbidden(at('metadata'), 'must not specify anything other than name and generateName, but metadata is implicitly specified')]
      : []),
  ];
}

const NOT_STRUCTURAL: ReadonlySet<string> = new Set(['type', 'default', 'externalDocs', 'example']);

function namesOnly(metadata: Schema): boolean {
  const names = Object.keys(metadata.properties ?? {});
  if (!names.every((name) => name === 'name' || name === 'generateName')) return false;
  return Object.entries(metadata).every(([name, value]) => name === 'properties' || NOT_STRUCTURAL.has(name) || isZero(name, value));
}

function isZero(name: string, value: unknown): boolean {
  if (value === undefined || value === '' || (value === false && name !== 'additionalProperties')) return true;
  return Array.isArray(value) && value.length === 0;
}
