/** JSON patch, merge patch and strategic merge patch of one object in its requested version. Behaves like upstream apiserver/pkg/endpoints/handlers/patch.go. */
import { StatusError, newBadRequest, newInvalid, newRequestEntityTooLarge } from '../../apimachinery/errors.ts';
import type { Obj } from '../../apimachinery/meta.ts';
import { applyJsonPatch, decodeJsonPatch, mergePatch, StrategicPatchError, strategicMergePatch } from './patch-stub.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { Path, invalid } from '../../apimachinery/validation/field.ts';
import { encodeJson } from '../../apimachinery/serializer/json.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';
import { parseJson, type TypedShape } from './body.ts';
import { goMap } from './go-map.ts';
import type { Mechanism } from './patch.ts';
import type { Scope } from './scope.ts';
import { decodeTyped } from './typed.ts';
import type { WriteOptions } from './write-options.ts';

const MAX_OPERATIONS = 10_000;

/** Checks strictly unless the client wants mistakes ignored. */
const isStrict = (options: WriteOptions): boolean => options.fieldValidation !== 'Ignore';

export function jsonMechanism(scope: Scope, shape: TypedShape, bytes: Uint8Array, options: WriteOptions): Mechanism {
  return {
    apply: (current) => {
      const { operations, problems } = decodeJsonPatch(bytes, isStrict(options));
      if (operations.length > MAX_OPERATIONS) throw newRequestEntityTooLarge(`The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${operations.length}`);
      const patched = applyJsonPatch(deepCopy(current), operations);
      return Promise.resolve(typed(scope, shape, patched, problems, options));
    },
  };
}

export function mergeMechanism(scope: Scope, shape: TypedShape, bytes: Uint8Array, options: WriteOptions): Mechanism {
  return {
    apply: (current) => {
      const { value, problems } = parseJson(bytes, (text) => newBadRequest(isStrict(options) ? `error decoding patch: ${text}` : 'Invalid JSON Patch'));
      return Promise.resolve(typed(scope, shape, mergePatch(current, value), isStrict(options) ? problems : [], options));
    },
  };
}

function typed(scope: Scope, shape: TypedShape, patched: unknown, before: readonly string[], options: WriteOptions): Obj {
  const shown = (): string => encodeJson(patched);
  return checked(scope, shape, patched, before, options, shown);
}

/** Decodes what a patch made. Mistakes are about the field "patch". */
function checked(scope: Scope, shape: TypedShape, patched: unknown, before: readonly string[], options: WriteOptions, shown: () => string): Obj {
  const refuse = (why: string): StatusError => newInvalid('', '', '', [invalid(Path.of('patch'), shown(), why)]);
  const { object, problems } = decodeTyped(shape, { value: patched, problems: [] }, refuse, false);
  const all = [...before, ...(isStrict(options) ? problems : [])];
  if (all.length > 0 && options.fieldValidation === 'Strict') throw refuse(`strict decoding error: ${all.join(', ')}`);
  if (options.fieldValidation === 'Warn') for (const text of all) scope.ctx.warnings.add(text);
  shape.setDefaults?.(object);
  return object;
}

export function strategicMechanism(scope: Scope, shape: TypedShape, bytes: Uint8Array, options: WriteOptions): Mechanism {
  return {
    apply: (current) => {
      const { value, problems } = parseJson(bytes, (text) => newBadRequest(text));
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw newBadRequest(`json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`);
      const merged = merge(shape, current as DeepReadonly<Obj>, value);
      return Promise.resolve(checked(scope, shape, merged, isStrict(options) ? problems : [], options, () => goMap(value)));
    },
  };
}

const goKind = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value);

function merge(shape: TypedShape, current: DeepReadonly<Obj>, patch: object): unknown {
  try {
    return strategicMergePatch(shape.schema, current, patch);
  } catch (error) {
    if (error instanceof StrategicPatchError) throw error.code === undefined ? error : new StatusError(error.code, error.code === 400 ? 'BadRequest' : '', error.message, undefined, error);
    throw error;
  }
}
