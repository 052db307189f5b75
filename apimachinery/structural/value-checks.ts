/** Demands on one value, whatever it holds: type, text, format, number, enum. Parts of ./validator.ts. Behaves like upstream kube-openapi/pkg/validation/validate (type.go, validator.go, values.go, formats.go) and go-openapi's swag. */
import { doubleText } from '../cel/number-text.ts';
import type { Schema } from '../cel/schema-types.ts';
import { jsonEqual } from '../equality.ts';
import { goQuote } from '../go-text.ts';
import { invalid, notSupported, tooLong, typeInvalid } from '../validation/field.ts';
import { formatNamed, isOfFormat } from './formats.ts';
import { matches } from './pattern.ts';
import type { Check, Found } from './problems.ts';

export type JsonKind = 'null' | 'string' | 'integer' | 'number' | 'boolean' | 'array' | 'object';

/** What Go makes of a JSON value: whole numbers that an int64 holds are integers. */
export function kindOf(value: unknown): JsonKind {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'number';
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? 'integer' : 'number';
  return typeof value as 'string' | 'boolean' | 'object';
}

/** Of floats: whole ones up to 2^53, and those that miss one by a rounding error. */
function isWhole(n: number): boolean {
  if (!Number.isFinite(n) || Math.abs(n) > Number.MAX_SAFE_INTEGER) return false;
  const whole = Math.trunc(n);
  return n === whole || (whole > 0 && (n - whole) / (n + whole) < 1e-9);
}

/** What is checked: objects, or the defaults that a schema declares. */
export type Subject = 'objects' | 'defaults';

/** Of defaults nobody asks whether they are an integer or a text where both are right; and formats that nobody knows count. undefined: there is no demand. */
export function typeCheck(schema: Schema, subject: Subject): Check | undefined {
  const types: readonly string[] = schema['x-kubernetes-int-or-string'] && subject === 'objects' ? ['integer', 'string'] : schema.type ? [schema.type] : [];
  const format = subject === 'objects' ? formatNamed(schema.format) : schema.format || undefined;
  if (types.length === 0 && format === undefined) return undefined;
  const isNumeric = types.includes('number') || types.includes('integer');
  const takes = (kind: JsonKind, value: unknown): boolean =>
    types.includes(kind) || (kind === 'integer' && types.includes('number')) || (kind === 'number' && types.includes('integer') && typeof value === 'number' && isWhole(value));
  return (value, where, found) => {
    const kind = kindOf(value);
    const isText = kind === 'string' || kind === 'array';
    if (kind === 'null') {
      if (types.length > 0 && schema.nullable !== true) return mistyped(where, types.join(','), 'null', found);
    } else if (format !== undefined && !isText && FORMAT_OF[kind] !== format && !takes(kind, value)) return mistyped(where, format, FORMAT_OF[kind] ?? '', found);
    else if (!(format !== undefined && isText && !isNumeric) && !takes(kind, value)) return mistyped(where, types.join(','), kind, found);
    found.matches++;
  };
}

const FORMAT_OF: Partial<Record<JsonKind, string>> = { integer: 'int64', number: 'float64' };

function mistyped(where: string, wanted: string, given: string, found: Found): void {
  const text = `${where} in body must be of type ${wanted}: ${goQuote(given)}`;
  found.add({ text, where, told: (at) => typeInvalid(at, given, text) });
}

/** The first of its problems is told, and that of the format. */
export function textCheck({ pattern, minLength, maxLength, format }: Schema): Check | undefined {
  const name = formatNamed(format);
  if (!pattern && minLength === undefined && maxLength === undefined && name === undefined) return undefined;
  return (value, where, found) => {
    const text = value as string;
    const length = minLength === undefined && maxLength === undefined ? 0 : Array.from(text).length;
    if (maxLength !== undefined && length > maxLength) found.add({ text: `${where} in body should be at most ${maxLength} chars long`, where, told: (at) => tooLong(at, maxLength) });
    else if (minLength !== undefined && length < minLength) refuse(where, text, `should be at least ${minLength} chars long`, found);
    else if (pattern && !matches(pattern, text)) refuse(where, text, `should match '${pattern}'`, found);
    if (name !== undefined && !isOfFormat(name, text)) mistyped(where, name, text, found);
  };
}

/** `shown`: the value that the error shows. */
export function refuse(where: string, shown: unknown, detail: string, found: Found): void {
  const text = `${where} in body ${detail}`;
  found.add({ text, where, told: (at) => invalid(at, shown, text) });
}

/** Integers are held against whole limits. */
export function numberCheck({ minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf }: Schema): Check | undefined {
  if (minimum === undefined && maximum === undefined && multipleOf === undefined) return undefined;
  return (value, where, found) => {
    const isInteger = kindOf(value) === 'integer';
    const n = value as number;
    const limit = (of: number): number => (isInteger ? Math.trunc(of) : of);
    const say = (detail: string): void => refuse(where, value, detail, found);
    if (multipleOf !== undefined) multiple(value as number | bigint, multipleOf, isInteger, where, found);
    if (minimum !== undefined && (exclusiveMinimum ? n <= limit(minimum) : n < limit(minimum))) say(`should be greater than ${exclusiveMinimum ? '' : 'or equal to '}${numberText(limit(minimum), isInteger)}`);
    if (maximum !== undefined && (exclusiveMaximum ? n >= limit(maximum) : n > limit(maximum))) say(`should be less than ${exclusiveMaximum ? '' : 'or equal to '}${numberText(limit(maximum), isInteger)}`);
  };
}

/** From this power of ten on %v writes an exponent. */
const STRCONV = 6;
const numberText = (n: number, isInteger: boolean): string => (isInteger ? BigInt(n).toString() : doubleText(n, STRCONV));

function multiple(value: number | bigint, of: number, isInteger: boolean, where: string, found: Found): void {
  const factor = isInteger ? Math.trunc(of) : of;
  const shown = numberText(factor, isInteger);
  if (factor <= 0) {
    const text = `factor MultipleOf declared for ${where} must be positive: ${shown}`;
    found.add({ text, where, told: (at) => invalid(at, factor, text) });
  } else if (isInteger ? BigInt(value) % BigInt(factor) !== 0n : !isWhole(factor < 1 ? (1 / factor) * Number(value) : Number(value) / factor)) refuse(where, value, `should be a multiple of ${shown}`, found);
}

/** null is none of them, even where it stands among them. */
export function enumCheck({ enum: allowed = [] }: Schema): Check | undefined {
  if (allowed.length === 0) return undefined;
  const shown = (allowed as readonly unknown[]).map((a) => (typeof a === 'string' ? a : JSON.stringify(a)));
  return (value, where, found) => {
    if (value !== null && allowed.some((a) => isOne(value, a))) return;
    found.add({ text: `${where} in body should be one of [${shown.join(' ')}]`, where, told: (at) => notSupported(at, value, shown) });
  };
}

/** A number is made one of the kind that it is compared with. */
function isOne(value: unknown, allowed: unknown): boolean {
  if (typeof value === 'number' && typeof allowed === 'number' && kindOf(allowed) === 'integer') return Math.trunc(value) === allowed;
  return jsonEqual(value, allowed);
}
