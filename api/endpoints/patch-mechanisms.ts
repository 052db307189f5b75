/** JSON patch, merge patch and strategic merge patch of one object in its requested version. Behaves like upstream apiserver/pkg/endpoints/handlers/patch.go. */
import { StatusError, newBadRequest, newInvalid, newRequestEntityTooLarge } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { applyJsonPatch, decodeJsonPatch } from '../../apimachinery/patch/json.ts';
import { mergePatch } from '../../apimachinery/patch/merge.ts';
import { goText } from '../../apimachinery/patch/strategic-error.ts';
import { strategicMergePatch } from '../../apimachinery/patch/strategic.ts';
import { Path, invalid } from '../../apimachinery/validation/field.ts';
import { decodeObject } from '../../apimachinery/schema/normalise.ts';
import { decodeJson } from '../../apimachinery/serializer/json.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';
import { parseJson, type TypedShape } from './body.ts';
import { patchedText, touchedBy, type Touched } from './patched-text.ts';
import type { Mechanism } from './patch.ts';
import { restoreMistake } from './restore-mistake.ts';
import type { Scope } from './scope.ts';
import { decodeTyped } from './typed.ts';
import type { WriteOptions } from './write-options.ts';

const encoder = new TextEncoder();
const MAX_OPERATIONS = 10_000;

/** Checks strictly unless the client wants mistakes ignored. */
const isStrict = (options: WriteOptions): boolean => options.fieldValidation !== 'Ignore';

export function jsonMechanism(scope: Scope, shape: TypedShape, bytes: Uint8Array, options: WriteOptions): Mechanism {
  return {
    apply: (current) => {
      const { operations, problems } = decodeJsonPatch(bytes, isStrict(options));
      if (operations.length > MAX_OPERATIONS) throw newRequestEntityTooLarge(`The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`);
      const patched = applyJsonPatch(deepCopy(current), operations);
      return Promise.resolve(checked(scope, shape, patched, problems, options, () => patchedText(shape.schema, patched, touchedBy(operations))));
    },
  };
}

export function mergeMechanism(scope: Scope, shape: TypedShape, bytes: Uint8Array, options: WriteOptions): Mechanism {
  return {
    apply: (current) => {
      const { value, problems } = parseJson(bytes, (text) => newBadRequest(isStrict(options) ? `error decoding patch: ${text}` : 'Invalid JSON Patch'));
      const patched = mergePatch(current, value, isStrict(options));
      return Promise.resolve(checked(scope, shape, patched, isStrict(options) ? problems : [], options, () => patchedText(shape.schema, patched, value as Touched)));
    },
  };
}

const refusedPatch = (shown: string, why: string): StatusError => newInvalid('', '', '', [invalid(Path.of('patch'), shown, why)]);

/** Decodes what a patch made. Mistakes are about the field "patch". */
function checked(scope: Scope, shape: TypedShape, patched: unknown, before: readonly string[], options: WriteOptions, shown: () => string): Obj {
  const refuse = (why: string): StatusError => refusedPatch(shown(), why);
  const { object, problems } = decodeTyped(shape, { value: patched, problems: [] }, refuse, false);
  const all = [...before, ...(isStrict(options) ? inShownOrder(shape, shown, problems) : [])];
  if (all.length > 0 && options.fieldValidation === 'Strict') throw refuse(`strict decoding error: ${all.join(', ')}`);
  if (options.fieldValidation === 'Warn') for (const text of all) scope.ctx.warnings.add(text);
  shape.setDefaults?.(object);
  return object;
}

/** Several unknown fields are named in the order of the text that is shown. */
function inShownOrder(shape: TypedShape, shown: () => string, problems: readonly string[]): readonly string[] {
  const text = problems.length < 2 ? '' : shown();
  return text.startsWith('{') ? decodeObject(shape.schema, decodeJson(encoder.encode(text)).value).strict : problems;
}

export function strategicMechanism(scope: Scope, shape: TypedShape, bytes: Uint8Array, options: WriteOptions): Mechanism {
  return {
    apply: (current) => {
      const { value: parsed, problems } = parseJson(bytes, (text) => newBadRequest(text));
      const value = parsed ?? {};
      if (typeof value !== 'object' || Array.isArray(value)) throw newBadRequest(`json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`);
      const merged = strategicMergePatch(shape.schema, current ?? {}, value);
      const mistake = restoreMistake(shape.schema, merged);
      if (mistake !== undefined) throw refusedPatch(goText(value), mistake);
      return Promise.resolve(checked(scope, shape, merged, isStrict(options) ? problems : [], options, () => goText(value)));
    },
  };
}

const goKind = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value);
