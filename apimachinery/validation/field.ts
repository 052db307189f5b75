/** Field errors: what validation returns. Behaves like upstream apimachinery/pkg/util/validation/field. */
import { doubleText } from '../cel/number-text.ts';
import { goJson, goQuote } from '../go-text.ts';

export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

/** `message` is what stands in a Status cause and, behind the path, in the Status message. */
export interface FieldError {
  readonly type: FieldErrorType;
  /** `spec.containers[0].name`, `metadata.labels[a.b/c]`; '' for the whole. */
  readonly field: string;
  /** "Invalid value: \"x\": must be …" without the path. */
  readonly message: string;
}

export type ErrorList = readonly FieldError[];

/** Nothing wrong: what checks of text share instead of making an empty list each. */
export const NOTHING: readonly never[] = [];

/**
 * What a look at something finds: errors or warnings. A first look is at nowhere and makes no path; what is right, as nearly everything is, needs no second one.
 * `look` finds the same each time.
 */
export function located<T>(path: Path, look: (path: Path) => readonly T[]): readonly T[] {
  const first = look(Path.NOWHERE);
  return first.length === 0 || path === Path.NOWHERE ? first : look(path);
}

/** A path; immutable. Its text is made when an error asks for it. */
export class Path {
  /** Where nothing has a name: all that lies below it is the same place. For a look that only asks whether something is wrong. */
  static readonly NOWHERE = new Path(undefined, '', false);
  /** The path of a whole object: '' until a name follows. */
  static readonly ROOT = new Path(undefined, '', false);

  readonly #parent: Path | undefined;
  /** What it adds to its parent's text: a name, or an index or key. */
  readonly #part: string | number;
  readonly #isBracketed: boolean;

  private constructor(parent: Path | undefined, part: string | number, isBracketed: boolean) {
    this.#parent = parent;
    this.#part = part;
    this.#isBracketed = isBracketed;
  }

  static of(...names: readonly string[]): Path {
    return new Path(undefined, names.join('.'), false);
  }

  /** No list of names: one would be made at each call. */
  child(name: string, second?: string, third?: string, fourth?: string): Path {
    if (this === Path.NOWHERE) return this;
    const child = new Path(this, name, false);
    return second === undefined ? child : child.child(second, third, fourth);
  }

  index(i: number): Path {
    return this === Path.NOWHERE ? this : new Path(this, i, true);
  }

  key(key: string): Path {
    return this === Path.NOWHERE ? this : new Path(this, key, true);
  }

  toString(): string {
    const before = this.#parent?.toString() ?? '';
    if (this.#isBracketed) return `${before}[${this.#part}]`;
    return before === '' ? String(this.#part) : `${before}.${this.#part}`;
  }
}

/** From this power of ten on %v writes a float with an exponent. */
const STRCONV = 6;

/** How Go prints a value inside a message: text in double quotes, an absent value as null, objects as JSON. */
export function goValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'number' && !Number.isInteger(value)) return doubleText(value, STRCONV);
  return typeof value === 'string' ? goQuote(value) : goJson(value);
}

const error = (type: FieldErrorType, path: Path, message: string): FieldError => ({ type, field: path.toString(), message });
const withDetail = (head: string, detail: string): string => (detail === '' ? head : `${head}: ${detail}`);

export const required = (path: Path, detail = ''): FieldError => error('FieldValueRequired', path, withDetail('Required value', detail));
export const invalid = (path: Path, value: unknown, detail: string): FieldError =>
  error('FieldValueInvalid', path, withDetail(`Invalid value: ${goValue(value)}`, detail));
export const typeInvalid = (path: Path, value: unknown, detail: string): FieldError =>
  error('FieldValueTypeInvalid', path, withDetail(`Invalid value: ${goValue(value)}`, detail));
export const duplicate = (path: Path, value: unknown): FieldError =>
  error('FieldValueDuplicate', path, `Duplicate value: ${goValue(value)}`);
export const notFound = (path: Path, value: unknown): FieldError => error('FieldValueNotFound', path, `Not found: ${goValue(value)}`);
export const forbidden = (path: Path, detail: string): FieldError => error('FieldValueForbidden', path, withDetail('Forbidden', detail));
export const notSupported = (path: Path, value: unknown, supported: readonly string[]): FieldError =>
  error(
    'FieldValueNotSupported',
    path,
    withDetail(
      `Unsupported value: ${goValue(value)}`,
      supported.length === 0 ? '' : `supported values: ${supported.map(goQuote).join(', ')}`,
    ),
  );
/** The value itself is not repeated: it may be long. */
export const tooLong = (path: Path, maxLength: number): FieldError =>
  error('FieldValueTooLong', path, `Too long: ${maxLength >= 0 ? `may not be more than ${maxLength} bytes` : 'value is too long'}`);
export const tooMany = (path: Path, actual: number, max: number): FieldError =>
  error(
    'FieldValueTooMany',
    path,
    `Too many: ${actual}: ${max >= 0 ? `must have at most ${max} item${max === 1 ? '' : 's'}` : 'has too many items'}`,
  );
export const internalError = (path: Path, cause: unknown): FieldError =>
  error('InternalError', path, `Internal error: ${cause instanceof Error ? cause.message : String(cause)}`);
