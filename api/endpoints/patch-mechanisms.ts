/** JSON patch, merge patch and strategic merge patch of one object in its requested version. Behaves like upstream apiserver/pkg/endpoints/handlers/patch.go. */
import { StatusError, newBadRequest, newInvalid, newRequestEntityTooLarge } from '../../apimachinery/errors.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import { applyJsonPatch, decodeJsonPatch } from '../../apimachinery/patch/json.ts';
import { mergePatch } from '../../apimachinery/patch/merge.ts';
import { goText } from '../../apimachinery/patch/strategic-error.ts';
import { strategicMergePatch } from '../../apimachinery/patch/strategic.ts';
import { Path, invalid } from '../../apimachinery/validation/field.ts';
import { decodeObject } from '../../apimachinery/schema/normalise.ts';
import { decodeJson } from '../../apimachinery/serializer/json.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';
import { ownMembers, sharedBase } from '../../registry/generic/sharing.ts';
import { parseJson } from './body.ts';
import { checkTypeMeta } from './custom-kind.ts';
import type { TypedShape } from './typed-shape.ts';
import { patchedText, touchedBy, type Touched } from './patched-text.ts';
import type { Mechanism } from './mechanism.ts';
import { restored, restoreMistake, unknownFields } from './restore-mistake.ts';
import type { Scope } from './scope.ts';
import { patchedKind } from './stated-kind.ts';
import { decodeTyped, type TypedOptions } from './typed.ts';
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
      return Promise.resolve(decoded(scope, shape, { value: patched, current }, problems, options, () => patchedText(shape.schema, patched, touchedBy(operations))));
    },
  };
}

export function mergeMechanism(scope: Scope, shape: TypedShape, bytes: Uint8Array, options: WriteOptions): Mechanism {
  return {
    apply: (current) => {
      const { value, problems } = parseJson(bytes, (text) => newBadRequest(isStrict(options) ? `error decoding patch: ${text}` : 'Invalid JSON Patch'));
      const patched = mergePatch(current, value, isStrict(options));
      return Promise.resolve(decoded(scope, shape, { value: patched, current }, isStrict(options) ? problems : [], options, () => patchedText(shape.schema, patched, value as Touched)));
    },
  };
}

const refusedPatch = (shown: string, why: string): StatusError => newInvalid('', '', '', [invalid(Path.of('patch'), shown, why)]);

/** What a JSON or merge patch made is taken for what it says it is. */
function decoded(scope: Scope, shape: TypedShape, patched: Patched, before: readonly string[], options: WriteOptions, shown: () => string): Obj {
  const isBuiltin = scope.definition.validates === 'storage';
  if (shape === scope.version && !isBuiltin) checkTypeMeta(shape.gvk, patched.value);
  if (!isBuiltin || patchedKind(scope, patched.value, shape, (why) => refusedPatch(shown(), why)).hasFields) return checked(scope, shape, patched, before, options, shown, (problems) => inShownOrder(shape, shown, problems));
  const unknown = Object.keys((patched.value ?? {}) as object).filter((name) => name !== 'apiVersion' && name !== 'kind');
  report(scope, options, [...before, ...(isStrict(options) ? unknown.sort().map((name) => `unknown field ${JSON.stringify(name)}`) : [])], shown);
  return { apiVersion: apiVersionOf(shape.gvk), kind: shape.gvk.kind, metadata: { name: '' } } as Obj;
}

function report(scope: Scope, options: WriteOptions, problems: readonly string[], shown: () => string): void {
  if (problems.length > 0 && options.fieldValidation === 'Strict') throw refusedPatch(shown(), `strict decoding error: ${problems.join(', ')}`);
  if (options.fieldValidation === 'Warn') for (const text of problems) scope.ctx.warnings.add(text);
}

/** Decodes what a patch made. Mistakes are about the field "patch". */
function checked(scope: Scope, shape: TypedShape, patched: Patched, before: readonly string[], options: WriteOptions, shown: () => string, order: (problems: readonly string[]) => readonly string[]): Obj {
  const base = sharedBase(scope.definition, shape.schema, patched.current);
  const { object, problems } = decodeTyped(shape, { value: patched.value, problems: [] }, (why) => refusedPatch(shown(), why), { base, onUnsure: patched.onUnsure });
  report(scope, options, [...before, ...(isStrict(options) && problems.length > 0 ? order(problems) : [])], shown);
  shape.setDefaults?.(object, base);
  return base ? ownMembers(object, base) : object;
}

/** What a patch made of `current`; it may share parts with it. */
interface Patched extends Pick<TypedOptions, 'onUnsure'> {
  readonly value: unknown;
  readonly current: DeepReadonly<Obj> | undefined;
}

/** Several unknown fields are named in the order of the text that is shown. */
function inShownOrder(shape: TypedShape, shown: () => string, problems: readonly string[]): readonly string[] {
  return problems.length < 2 ? problems : decodeObject(shape.schema, decodeJson(encoder.encode(shown())).value).strict;
}

export function strategicMechanism(scope: Scope, shape: TypedShape, bytes: Uint8Array, options: WriteOptions): Mechanism {
  return {
    apply: (current) => {
      const { value: parsed, problems } = parseJson(bytes, (text) => newBadRequest(text));
      const value = parsed ?? {};
      if (typeof value !== 'object' || Array.isArray(value)) throw newBadRequest(`json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`);
      const merged = strategicMergePatch(shape.schema, current ?? {}, value);
      const onUnsure = (): unknown => {
        const mistake = restoreMistake(shape.schema, merged);
        if (mistake !== undefined) throw refusedPatch(goText(value), mistake);
        return restored(shape.schema, merged);
      };
      return Promise.resolve(checked(scope, shape, { value: merged, current, onUnsure }, isStrict(options) ? problems : [], options, () => goText(value), () => unknownFields(shape.schema, merged)));
    },
  };
}

const goKind = (value: unknown): string => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value);
