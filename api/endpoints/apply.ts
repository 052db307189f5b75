/** Server-side apply. Behaves like upstream apiserver/pkg/endpoints/handlers/patch.go (applyPatcher). */
import { newBadRequest, StatusError } from '../../apimachinery/errors.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import { applyManaged, describeApplied, gvkText } from '../../apimachinery/patch/apply/managed-fields.ts';
import { sortedCopy } from '../../apimachinery/schema/copy.ts';
import { typedMeta } from '../../apimachinery/schema/object-meta.ts';
import { JsonSyntaxError, decodeJson, type JsonDocument } from '../../apimachinery/serializer/json.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import type { Strategy } from '../../registry/generic/definition.ts';
import { deepCopy } from '../../registry/generic/deep-copy.ts';
import { applyFields } from '../../registry/generic/managed-fields.ts';
import { ownMembers, sharedBase } from '../../registry/generic/sharing.ts';
import { yamlLines } from './body.ts';
import type { TypedShape } from './typed-shape.ts';
import type { Mechanism } from './mechanism.ts';
import { restored, restoreMistake } from './restore-mistake.ts';
import type { Scope } from './scope.ts';
import { decodeTyped } from './typed.ts';
import type { WriteOptions } from './write-options.ts';

const OPEN = 0x7b;

/** `strategy`: of a view subresource. */
export function applyMechanism(scope: Scope, shape: TypedShape, bytes: Uint8Array, options: WriteOptions, strategy?: Strategy): Mechanism {
  const { definition, version, ctx } = scope;
  const request = { dryRun: options.dryRun, fieldManager: options.fieldManager, operation: 'Apply', subresource: scope.request.info.subresource } as const;
  const given = scope.request.body.object;
  const write = { definition, strategy: strategy ?? definition.strategy, request, ctx };
  return {
    isApply: true,
    apply: async (current) => {
      const { value, problems } = given === undefined ? await configuration(bytes) : { value: deepCopy(given) as object, problems: [] };
      const applied = shape === version ? applyFields(write, version, current, value as Obj, options.force ?? false) : applyForeign(scope, shape, options, current, value as Obj);
      const merged = applied instanceof Promise ? await applied : applied;
      checkOwnership(scope, shape, value as Obj);
      reportDuplicates(scope, options, problems);
      const base = sharedBase(definition, shape.schema, current);
      const onUnsure = (): unknown => {
        if (definition.validates !== 'storage') return merged;
        const mistake = restoreMistake(shape.schema, merged);
        if (mistake !== undefined) throw cannotConvert(value as Obj, mistake);
        return restored(shape.schema, merged);
      };
      if (definition.validates === 'requested' && shape === version) return completed(shape, untyped(merged));
      const { object } = decodeTyped(shape, { value: merged, problems: [] }, (why) => newBadRequest(why), { base, onUnsure });
      shape.setDefaults?.(object, base);
      return base ? ownMembers(object, base) : object;
    },
  };
}

/** A merged custom resource fits its schema already; what it holds as null is left to validation. */
function untyped(merged: Obj): Obj {
  const typed = typedMeta(merged.metadata, undefined);
  if (typeof typed === 'string') throw newBadRequest(typed);
  return { ...(sortedCopy(merged) as Obj), metadata: typed.meta as Obj['metadata'] };
}

function completed(shape: TypedShape, object: Obj): Obj {
  shape.setDefaults?.(object);
  return object;
}

/** Ownership that could be read was refused before. */
function checkOwnership(scope: Scope, shape: TypedShape, applied: Obj): void {
  const { managedFields } = (applied.metadata ?? {}) as Partial<Obj['metadata']>;
  const mistake = managedFields && scope.definition.validates === 'storage' ? restoreMistake(shape.schema, { metadata: { managedFields } }) : undefined;
  if (mistake !== undefined) throw cannotConvert(applied, mistake);
}

const cannotConvert = (applied: Obj, why: string): StatusError =>
  new StatusError(500, '', `failed to convert new object (${describeApplied(applied)}) to proper version: unable to convert unstructured object to ${gvkText(applied)}: ${why}`);

/** Of a subresource that shows another kind: its one version has no others to convert to. */
function applyForeign(scope: Scope, shape: TypedShape, options: WriteOptions, current: DeepReadonly<Obj> | undefined, applied: Obj): Obj {
  const apiVersion = apiVersionOf(shape.gvk);
  const write = { manager: options.fieldManager, subresource: scope.request.info.subresource, apiVersion, now: rfc3339(scope.ctx.clock.now()), force: options.force ?? false, kind: shape.gvk.kind };
  return applyManaged({ schemaFor: (v) => (v === apiVersion ? shape.schema : undefined) }, current, applied, write);
}

async function configuration(bytes: Uint8Array): Promise<{ readonly value: object; readonly problems: readonly string[] }> {
  const { value, problems } = (bytes[0] === OPEN ? jsonOrNothing(bytes) : undefined) ?? (await parseYaml(bytes));
  if (value === null || value === undefined) return { value: {}, problems };
  if (typeof value === 'object' && !Array.isArray(value)) return { value, problems };
  throw newBadRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${goKind(value)} into Go value of type map[string]interface {}`);
}

/** The parser is loaded when the first YAML comes that is no JSON. */
async function parseYaml(bytes: Uint8Array): Promise<JsonDocument> {
  const { decodeYaml, YamlError } = await import('../../apimachinery/serializer/yaml.ts');
  try {
    return decodeYaml(bytes);
  } catch (error) {
    if (error instanceof YamlError) throw newBadRequest(`error decoding YAML: error converting YAML to JSON: ${error.message}`, error);
    throw error;
  }
}

/** JSON is YAML, and parsed much faster as what it is; whatever is odd about it is told in YAML's words. */
function jsonOrNothing(bytes: Uint8Array): JsonDocument | undefined {
  try {
    const document = decodeJson(bytes);
    return document.problems.length === 0 ? document : undefined;
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

const goKind = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value === 'bigint' ? 'number' : typeof value);

function reportDuplicates(scope: Scope, options: WriteOptions, problems: readonly string[]): void {
  if (options.fieldValidation === 'Ignore') return;
  for (const problem of problems) {
    if (options.fieldValidation === 'Strict') throw newBadRequest(`error strict decoding YAML: error converting YAML to JSON: ${problem}`);
    for (const line of yamlLines(problem)) scope.ctx.warnings.add(line);
  }
}
