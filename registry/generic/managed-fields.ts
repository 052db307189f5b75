/**
 * Field ownership as the engine and the endpoints need it: objects of the working version, entries of the requested one. The merge itself is apimachinery/patch/apply.
 * Behaves like upstream apimachinery/pkg/util/managedfields.
 */
import { isStatusError } from '../../apimachinery/errors.ts';
import type { MaybePromise } from '../../apimachinery/http.ts';
import { apiVersionOf, type Obj } from '../../apimachinery/meta.ts';
import { applyManaged, updateManaged, type FieldManagerOptions, type ManagedWrite } from '../../apimachinery/patch/apply/managed-fields.ts';
import { carryEmptied } from '../../apimachinery/schema/emptied.ts';
import { decodeObject } from '../../apimachinery/schema/normalise.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import type { RequestContext } from './context.ts';
import { deepCopy } from './deep-copy.ts';
import type { ResourceDefinition, Strategy, Version } from './definition.ts';
import { withConversions } from './pending-conversions.ts';
import { storageVersionOf, versionNamed, versionOf, workingVersionOf } from './resource-key.ts';
import type { WriteRequest } from './store-interface.ts';

/** Who writes what, under which rules. */
export interface FieldWrite {
  readonly definition: ResourceDefinition;
  readonly strategy: Strategy;
  readonly request: WriteRequest;
  readonly ctx: RequestContext;
}

export interface ManagedFields {
  /** Records in `obj.metadata.managedFields` what the request changed between `live` and `obj`, both of the working version. Never fails for what an object holds. A promise only where conversion takes time. */
  update(write: FieldWrite, live: DeepReadonly<Obj> | undefined, obj: Obj): MaybePromise<void>;
}

/** Ownership is left as the writer gave it. */
export const untrackedFields: ManagedFields = { update: () => undefined };

export const trackedFields: ManagedFields = {
  update(write, live, obj) {
    const { definition, ctx } = write;
    const working = workingVersionOf(definition, ctx.requestedVersion);
    const requested = versionOf(definition, ctx.requestedVersion) ?? working;
    const options = optionsFor(definition, requested);
    if (definition.convertsOnRead) return updateConverting(write, requested, live, obj);
    if (requested === working) return updateManaged(options, live, obj, managedWrite(write, requested));
    const shown = converted(definition, obj, requested);
    updateManaged(options, live && (converted(definition, live as Obj, requested) as DeepReadonly<Obj>), shown, managedWrite(write, requested));
    const entries = shown.metadata.managedFields;
    if (entries) obj.metadata.managedFields = entries;
    else delete obj.metadata.managedFields;
  },
};

/** Fields that cannot be told, because a conversion failed, are nobody's. */
async function updateConverting(write: FieldWrite, version: Version, live: DeepReadonly<Obj> | undefined, obj: Obj): Promise<void> {
  const tracked = (convert: FieldManagerOptions['convert']): Obj['metadata'] => {
    const next = { ...obj, metadata: { ...obj.metadata } };
    carryEmptied(obj.metadata, next.metadata);
    updateManaged({ ...optionsFor(write.definition, version), convert }, live, next, managedWrite(write, version));
    return next.metadata;
  };
  try {
    const { managedFields } = await withConversions(write.definition, write.ctx.signal, tracked);
    if (managedFields) obj.metadata.managedFields = managedFields;
    else delete obj.metadata.managedFields;
  } catch (error) {
    if (!isStatusError(error)) throw error;
    delete obj.metadata.managedFields;
  }
}

/** The object of the requested version that server-side apply makes of `live`, of the same version. Not decoded yet. A promise only where conversion takes time. */
export function applyFields(write: FieldWrite, version: Version, live: DeepReadonly<Obj> | undefined, applied: Obj, force: boolean): MaybePromise<Obj> {
  const options = optionsFor(write.definition, version);
  const how = { ...managedWrite(write, version), force, kind: version.gvk.kind };
  if (!write.definition.convertsOnRead) return applyManaged(options, live, applied, how);
  return withConversions(write.definition, write.ctx.signal, (convert) => applyManaged({ ...options, convert }, live, applied, how));
}

function managedWrite({ strategy, request, ctx }: FieldWrite, version: Version): ManagedWrite {
  const apiVersion = apiVersionOf(version.gvk);
  const resetFields = fieldNames(strategy.resetFields?.[apiVersion]);
  return { manager: request.fieldManager, subresource: request.subresource, apiVersion, now: rfc3339(ctx.clock.now()), ...(resetFields && { resetFields }) };
}

const names = new WeakMap<object, readonly (readonly string[])[]>();

/** Strategies name fields as FieldsV1 does (`f:status`). */
function fieldNames(paths: readonly (readonly string[])[] | undefined): readonly (readonly string[])[] | undefined {
  if (!paths) return undefined;
  let plain = names.get(paths);
  if (!plain) names.set(paths, (plain = paths.map((path) => path.map((name) => name.replace(/^f:/, '')))));
  return plain;
}

const options = new WeakMap<Version, FieldManagerOptions>();

/** Entries written through another group are not known: they go with the next write. */
function optionsFor(definition: ResourceDefinition, requested: Version): FieldManagerOptions {
  let made = options.get(requested);
  if (!made) {
    const own = apiVersionOf(requested.gvk);
    const known = (apiVersion: string): Version | undefined => {
      if (apiVersion === own) return requested;
      const version = versionNamed(definition, apiVersion);
      return version?.gvk.group === requested.gvk.group ? version : undefined;
    };
    made = {
      schemaFor: (apiVersion) => known(apiVersion)?.schema,
      ...(definition.versions.length > 1 && {
        convert: (obj: Obj, apiVersion: string) => {
          const to = known(apiVersion);
          return to ? converted(definition, obj, to) : { ...obj, apiVersion };
        },
      }),
    };
    options.set(requested, made);
  }
  return made;
}

const never = new AbortController().signal;

/** Through the storage version. Conversions that take time stand in ./pending-conversions.ts. */
function converted(definition: ResourceDefinition, obj: Obj, to: Version): Obj {
  const from = versionNamed(definition, obj.apiVersion);
  const storage = storageVersionOf(definition);
  if (!from || from === to) return obj;
  const stored = from === storage ? obj : step(obj, from, from, storage);
  return to === storage ? stored : step(stored, storage, to, to);
}

/** `by`: the version whose converter knows the way. It gets what Go's structs would hold: here parts of an object are converted, too. */
function step(obj: Obj, from: Version, by: Version, to: Version): Obj {
  const copy = (from.schema.name === undefined ? deepCopy(obj) : decodeObject(from.schema, obj).object) as Obj;
  const result = by.convert?.([copy], to.gvk, never);
  if (result instanceof Promise) throw new TypeError(`the conversion of ${obj.kind} takes time, which its definition does not say`);
  const [one] = result ?? [copy];
  return { ...(one ?? copy), apiVersion: apiVersionOf(to.gvk), kind: to.gvk.kind };
}
