/** What a custom resource's schema demands, as field errors. Behaves like upstream apiextensions-apiserver/pkg/apiserver/validation and kube-openapi/pkg/validation. */
import { goQuote } from '../../apimachinery/go-text.ts';
import { isOfFormat } from './formats.ts';
import { matches } from './pattern.ts';
import type { Correlated } from './correlation.ts';
import { jsonEqual } from '../../apimachinery/equality.ts';
import type { Rules, Schema, Struct } from '../../apimachinery/schema/model.ts';
import { Path, duplicate, invalid, notSupported, required, tooLong, tooMany, typeInvalid, type FieldError } from '../../apimachinery/validation/field.ts';

type Members = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value);

/** `where` names the value: '' for the whole object. `correlated`: it beside what it was; what has not changed may stay wrong. */
export function validateBySchema(schema: Schema, value: unknown, where = '', correlated?: Correlated): FieldError[] {
  const errors = errorsOf(schema, value, where, correlated);
  return errors.length > 0 && correlated?.isEqual() ? [] : errors;
}

function errorsOf(schema: Schema, value: unknown, where: string, correlated: Correlated | undefined): FieldError[] {
  if (value === null || value === undefined) return [];
  const wrong = typeError(schema, value, where);
  if (wrong) return [wrong];
  const errors = ruleErrors(schema.rules, value, where);
  if (schema.kind === 'struct' && isObject(value)) return [...errors, ...memberErrors(schema, value, where, correlated)];
  if (schema.kind === 'map' && isObject(value)) return [...errors, ...Object.entries(value).flatMap(([k, v]) => validateBySchema(schema.values, v, joined(where, k), correlated?.key(k)))];
  if (schema.kind === 'list' && Array.isArray(value)) return [...errors, ...value.flatMap((item, i) => validateBySchema(schema.items, item, `${where}[${i}]`, correlated?.index(i)))];
  return errors;
}

const joined = (where: string, name: string): string => (where === '' ? name : `${where}.${name}`);
const at = (where: string): Path => Path.of(...(where === '' ? [] : [where]));

function memberErrors(schema: Struct, value: Members, where: string, correlated: Correlated | undefined): FieldError[] {
  const errors: FieldError[] = [];
  for (const [name, member] of Object.entries(value)) {
    const field = schema.fields.get(name);
    const inner = field?.schema ?? (typeof schema.unknown === 'object' ? schema.unknown : undefined);
    const isMeta = inner?.kind === 'struct' && inner.name !== undefined;
    if (inner && !isMeta) errors.push(...validateBySchema(inner, member, joined(where, name), isTyping(where, name) ? undefined : correlated?.key(name)));
  }
  return errors;
}

/** What says which kind of resource it is. */
const isTyping = (where: string, name: string): boolean => where === '' && (name === 'apiVersion' || name === 'kind');

const goType = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : typeof value);

function typeError(schema: Schema, value: unknown, where: string): FieldError | undefined {
  const wanted = wantedType(schema);
  if (wanted === undefined) return undefined;
  const given = goType(value);
  if (wanted === given || (wanted === 'number' && given === 'integer')) return undefined;
  if (wanted === 'integer,string') return given === 'integer' || given === 'string' ? undefined : mistyped(where, given, wanted);
  return mistyped(where, given, wanted);
}

const mistyped = (where: string, given: string, wanted: string): FieldError => typeInvalid(at(where), given, `${where} in body must be of type ${wanted}: ${JSON.stringify(given)}`);

function wantedType(schema: Schema): string | undefined {
  if (schema.kind === 'struct' || schema.kind === 'map') return 'object';
  if (schema.kind === 'list') return 'array';
  if (schema.kind !== 'scalar') return undefined;
  const types: Partial<Record<typeof schema.is, string>> = { string: 'string', bool: 'boolean', int32: 'integer', int64: 'integer', double: 'number', intOrString: 'integer,string' };
  return types[schema.is];
}

function ruleErrors(rules: Rules | undefined, value: unknown, where: string): FieldError[] {
  if (!rules) return [];
  const errors = combined(rules, value, where);
  if (typeof value === 'string') errors.push(...textErrors(rules, value, where), ...formatErrors(rules, value, where));
  if (typeof value === 'number') errors.push(...numberErrors(rules, value, where));
  if (Array.isArray(value)) errors.push(...listErrors(rules, value, where));
  errors.push(...enumErrors(rules, value, where));
  if (isObject(value)) errors.push(...objectErrors(rules, value, where));
  return errors;
}

function enumErrors({ enum: allowed }: Rules, value: unknown, where: string): FieldError[] {
  if (!allowed || allowed.some((a) => jsonEqual(a, value))) return [];
  return [notSupported(at(where), value, allowed.map((a) => (typeof a === 'string' ? a : JSON.stringify(a))))];
}

/** The first of them is told. */
function textErrors({ pattern, minLength, maxLength }: Rules, value: string, where: string): FieldError[] {
  const { length } = Array.from(value);
  if (maxLength !== undefined && length > maxLength) return [tooLong(at(where), maxLength)];
  if (minLength !== undefined && length < minLength) return [invalid(at(where), value, `${where} in body should be at least ${minLength} chars long`)];
  return pattern === undefined || matches(pattern, value) ? [] : [invalid(at(where), value, `${where} in body should match '${pattern}'`)];
}

function formatErrors({ format }: Rules, value: string, where: string): FieldError[] {
  return format === undefined || isOfFormat(format, value) ? [] : [typeInvalid(at(where), value, `${where} in body must be of type ${format}: ${goQuote(value)}`)];
}

function numberErrors({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Rules, value: number, where: string): FieldError[] {
  const errors: FieldError[] = [];
  const say = (detail: string): void => void errors.push(invalid(at(where), value, `${where} in body should be ${detail}`));
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum)) say(`less than ${exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum)) say(`greater than ${exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) say(`a multiple of ${multipleOf}`);
  return errors;
}

function listErrors({ minItems, maxItems, uniqueItems }: Rules, value: readonly unknown[], where: string): FieldError[] {
  const errors: FieldError[] = [];
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(at(where), value.length, maxItems));
  if (minItems !== undefined && value.length < minItems) errors.push(invalid(at(where), value.length, `${where} in body should have at least ${minItems} items`));
  if (uniqueItems && value.some((item, i) => value.slice(0, i).some((earlier) => jsonEqual(earlier, item)))) errors.push(duplicate(at(where), value));
  return errors;
}

function objectErrors(rules: Rules, value: Members, where: string): FieldError[] {
  const count = Object.keys(value).length;
  const errors = (rules.required ?? []).filter((name) => value[name] === undefined).map((name) => required(at(joined(where, name))));
  if (rules.maxProperties !== undefined && count > rules.maxProperties) errors.push(tooMany(at(where), count, rules.maxProperties));
  if (rules.minProperties !== undefined && count < rules.minProperties) errors.push(invalid(at(where), count, `${where} in body should have at least ${rules.minProperties} properties`));
  for (const [name, inner] of rules.properties ?? []) if (value[name] !== undefined) errors.push(...partErrors(inner, value[name], joined(where, name)));
  return errors;
}

/** A rule on a part also judges what stands in its lists. */
function partErrors(rules: Rules, value: unknown, where: string): FieldError[] {
  const { items } = rules;
  const inItems = items && Array.isArray(value) ? value.flatMap((item, i) => partErrors(items, item, `${where}[${i}]`)) : [];
  return [...ruleErrors(rules, value, where), ...inItems];
}

function combined(rules: Rules, value: unknown, where: string): FieldError[] {
  const passes = (part: Rules): boolean => partErrors(part, value, where).length === 0;
  const errors = (rules.allOf ?? []).flatMap((part) => partErrors(part, value, where));
  const say = (detail: string): void => void errors.push(invalid(at(where), value, `${JSON.stringify(where)} must ${detail}`));
  if (rules.anyOf && !rules.anyOf.some(passes)) say('validate at least one schema (anyOf)');
  if (rules.oneOf && rules.oneOf.filter(passes).length !== 1) say(`validate one and only one schema (oneOf). ${rules.oneOf.some(passes) ? 'Found more than one valid alternative' : 'Found none valid'}`);
  if (rules.not && passes(rules.not)) say('not validate the schema (not)');
  return errors;
}
