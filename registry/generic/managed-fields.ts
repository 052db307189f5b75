/**
 * Field ownership as the engine and the endpoints need it: objects of the working version, entries of the requested one. The merge itself is apimachinery/patch/apply.
 * Behaves like upstream apimachinery/pkg/util/managedfields.
 */
import { apiVersionOf, parseApiVersion, type Obj } from '../../apimachinery/meta.ts';
import { applyManaged, updateManaged, type FieldManagerOptions, type ManagedWrite } from '../../apimachinery/patch/apply/managed-fields.ts';
import { decodeObject } from '../../apimachinery/schema/normalise.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import type { RequestContext } from './context.ts';
import { deepCopy } from './deep-copy.ts';
import type { ResourceDefinition, Strategy, Version } from './definition.ts';
import { storageVersionOf, versionOf, workingVersionOf } from './resource-key.ts';
import type { WriteRequest } from './store-interface.ts';

/** Who writes what, under which rules. */
export interface FieldWrite {
  readonly definition: ResourceDefinition;
  readonly strategy: Strategy;
  readonly request: WriteRequest;
  readonly ctx: RequestContext;
}

export interface ManagedFields {
  /** Records in `obj.metadata.managedFields` what the request changed between `live` and `obj`, both of the working version. Never fails for what an object holds. */
  update(write: FieldWrite, live: DeepReadonly<Obj> | undefined, obj: Obj): void;
}

/** Ownership is left as the writer gave it. */
export const untrackedFields: ManagedFields = { update: () => undefined };

export const trackedFields: ManagedFields = {
  update(write, live, obj) {
    const { definition, ctx } = write;
    const working = workingVersionOf(definition, ctx.requestedVersion);
    const requested = versionOf(definition, ctx.requestedVersion) ?? working;
    const options = optionsFor(definition, requested);
    if (requested === working) return updateManaged(options, live, obj, managedWrite(write, requested));
    const shown = converted(definition, obj, requested);
    updateManaged(options, live && (converted(definition, live as Obj, requested) as DeepReadonly<Obj>), shown, managedWrite(write, requested));
    const entries = shown.metadata.managedFields;
    if (entries) obj.metadata.managedFields = entries;
    else delete obj.metadata.managedFields;
  },
};

/** The object of the requested version that server-side apply makes of `live`, of the same version. Not decoded yet. */
export function applyFields(write: FieldWrite, version: Version, live: DeepReadonly<Obj> | undefined, applied: Obj, force: boolean): Obj {
  return applyManaged(optionsFor(write.definition, version), live, applied, { ...managedWrite(write, version), force, kind: version.gvk.kind });
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

function versionNamed(definition: ResourceDefinition, apiVersion: string): Version | undefined {
  const gv = parseApiVersion(apiVersion);
  return gv && versionOf(definition, gv);
}

const never = new AbortController().signal;

/** Through the storage version. A conversion that is not at hand at once (a webhook) is taken for a change of apiVersion alone. */
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
  const [one] = result === undefined || result instanceof Promise ? [copy] : result;
  return { ...(one ?? copy), apiVersion: apiVersionOf(to.gvk), kind: to.gvk.kind };
}
