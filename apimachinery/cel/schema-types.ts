/** The types that expressions see of a custom resource's schema, with the bounds that costs are estimated by. Behaves like upstream apiserver/pkg/cel/common/schemas.go and types.go. */
import type { JSONSchemaProps } from '../types/apiextensions.gen.ts';
import type { DeepReadonly } from '../types/type.ts';
import { escapeName } from './escaping.ts';
import type { SizeOf } from './estimate.ts';
import { BOOL, DURATION, DYN, INT, listOf, mapOf, named, objectType, STRING, TIMESTAMP, type CelType } from './types.ts';

export type Schema = DeepReadonly<JSONSchemaProps>;

/** A type with bounds. */
export interface DeclaredType {
  readonly type: CelType;
  /** Of an object, by their escaped names. */
  readonly fields?: ReadonlyMap<string, DeclaredType>;
  readonly key?: DeclaredType;
  readonly element?: DeclaredType;
  /** Of a list, a map, a text. */
  readonly maxElements: number;
  /** The fewest bytes of JSON. */
  readonly minSize: number;
}

const REQUEST = 3 * 1024 * 1024;
const MIN_STRING = 2;
const MIN_BOOL = 4;
const MIN_NUMBER = 1;
const DATE = 12;
const MAX_DATE_TIME = 32;
const MIN_DATE_TIME = 21;
const MIN_DURATION = 3;
const MAX_DURATION = 32;
/** Of one code point in UTF-8. */
const WIDEST = 4;

export const simple = (type: CelType, maxElements: number, minSize: number): DeclaredType => ({ type, maxElements, minSize });
const KEY = simple(STRING, 0, MIN_STRING);

export const schemaIn = (value: Schema | boolean | readonly unknown[] | undefined): Schema | undefined => (typeof value === 'object' && !Array.isArray(value) ? (value as Schema) : undefined);
const positive = (n: number): number => Math.max(0, n);

/** undefined: expressions do not see it. `name`: of objects within, which are types of their own. */
export function declaredType(schema: Schema, isRoot: boolean, name = 'object'): DeclaredType | undefined {
  if (schema['x-kubernetes-int-or-string']) return simple(DYN, schema.maxLength === undefined ? REQUEST - 2 : positive(schema.maxLength) * WIDEST, 1);
  const whole = isRoot ? withObjectMeta(schema) : schema;
  switch (whole.type) {
    case 'array':
      return listType(whole, name);
    case 'object':
      return objectOrMap(whole, name);
    case 'string':
      return textType(whole);
    case 'boolean':
      return simple(BOOL, 0, MIN_BOOL);
    case 'number':
      return simple(named('double'), 0, MIN_NUMBER);
    case 'integer':
      return simple(INT, 0, MIN_NUMBER);
    default:
      return undefined;
  }
}

const isEmbedded = (schema: Schema): boolean => schema['x-kubernetes-embedded-resource'] === true;

function listType({ items, maxItems }: Schema, name: string): DeclaredType | undefined {
  const item = schemaIn(items as Schema | readonly unknown[] | undefined);
  const element = item && declaredType(item, isEmbedded(item), `${name}.@idx`);
  if (!element) return undefined;
  return { type: listOf(element.type), element, minSize: 2, maxElements: maxItems === undefined ? Math.trunc((REQUEST - 2) / (element.minSize + 1)) : positive(maxItems) };
}

function objectOrMap(schema: Schema, name: string): DeclaredType | undefined {
  const values = schemaIn(schema.additionalProperties);
  if (!values) return structType(schema, name);
  const element = declaredType(values, isEmbedded(values), `${name}.@elem`);
  if (!element) return undefined;
  const maxElements = schema.maxProperties === undefined ? Math.trunc((REQUEST - 2) / (element.minSize + 6)) : positive(schema.maxProperties);
  return { type: mapOf(STRING, element.type), key: KEY, element, minSize: 2, maxElements };
}

function structType({ properties = {}, required = [] }: Schema, name: string): DeclaredType {
  const fields = new Map<string, DeclaredType>();
  let minSize = 2;
  for (const [property, schema] of Object.entries(properties)) {
    const escaped = escapeName(property);
    const field = declaredType(schema, isEmbedded(schema), `${name}.${escaped ?? property}`);
    if (!field) continue;
    if (escaped !== undefined) fields.set(escaped, field);
    if (required.includes(property) && (schema.default === undefined || schema.default === null)) minSize += new TextEncoder().encode(property).length + field.minSize + 4;
  }
  return { type: objectType(name, Object.fromEntries([...fields].map(([field, { type }]) => [field, type]))), fields, minSize, maxElements: 0 };
}

function textType({ format, maxLength, enum: allowed = [] }: Schema): DeclaredType {
  switch (format) {
    case 'byte':
      return simple(named('bytes'), maxLength === undefined ? REQUEST - 2 : positive(maxLength), MIN_STRING);
    case 'duration':
      return simple(DURATION, MAX_DURATION, MIN_DURATION);
    case 'date':
      return simple(TIMESTAMP, DATE, DATE);
    case 'date-time':
      return simple(TIMESTAMP, MAX_DATE_TIME, MIN_DATE_TIME);
    default:
      return simple(STRING, maxTextLength(maxLength, allowed), MIN_STRING);
  }
}

function maxTextLength(maxLength: number | undefined, allowed: readonly unknown[]): number {
  if (maxLength !== undefined) return positive(maxLength) * WIDEST;
  return allowed.length === 0 ? REQUEST - 2 : Math.max(0, ...allowed.map((v) => (typeof v === 'string' ? new TextEncoder().encode(v).length : 0)));
}

const TEXT: Schema = { type: 'string' };

/** What every resource has: kind, apiVersion, a name. */
export function withObjectMeta(schema: Schema): Schema {
  const metadata: Schema = { type: 'object', properties: { name: TEXT, generateName: TEXT } };
  const { kind, apiVersion, metadata: own } = schema.properties ?? {};
  const isComplete = kind?.type === 'string' && apiVersion?.type === 'string' && own?.type === 'object' && own.properties?.['name']?.type === 'string' && own.properties['generateName']?.type === 'string';
  return isComplete ? schema : { ...schema, properties: { ...schema.properties, kind: TEXT, apiVersion: TEXT, metadata } };
}

/** How large what stands at a path is at most; its first step is the variable's name, which stands for `root`. */
export const sizesIn =
  (root: DeclaredType, otherwise?: (parent: DeclaredType) => DeclaredType | undefined): SizeOf =>
  (path) => {
    let node: DeclaredType | undefined = root;
    for (const step of path.slice(1)) {
      const inner: DeclaredType | undefined = step === '@items' || step === '@values' ? node.element : step === '@keys' ? node.key : (node.fields?.get(step) ?? otherwise?.(node));
      if (!inner) return undefined;
      node = inner;
    }
    return { min: 0n, max: BigInt(node.maxElements) };
  };

/** How many times a rule on such a value may run for one request. */
export const maxCardinality = (minSize: number): bigint => BigInt(Math.trunc(REQUEST / (minSize + 1)));
