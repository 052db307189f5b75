/**
 * Field ownership: what registry/generic calls on every write, and server-side apply. Beside ../json.ts, ../merge.ts and ../strategic.ts; an interpreter of ../../schema.
 * Behaves like upstream apimachinery/pkg/util/managedfields.
 */
import { jsonEqual } from '../../equality.ts';
import { newBadRequest, StatusError } from '../../errors.ts';
import { apiVersionOf, parseApiVersion, type Obj } from '../../meta.ts';
import { builtinStruct } from '../../schema/builtin.ts';
import { wasGivenEmpty } from '../../schema/emptied.ts';
import type { Struct } from '../../schema/model.ts';
import { decodeObject } from '../../schema/normalise.ts';
import type { DeepReadonly } from '../../types/type.ts';
import { atomOf, isMap, type Atom } from './atom.ts';
import { capUpdateManagers } from './cap-managers.ts';
import { Conflicts, conflictError } from './conflicts.ts';
import { NeedsSets } from './created-fields.ts';
import { emptyObject } from './empty-object.ts';
import { FieldSet } from './field-set.ts';
import { CLIENT_SIDE_MANAGER, fieldsOfLastApplied, refreshLastApplied } from './last-applied.ts';
import { ListKeyError } from './list-key.ts';
import {
  decodeManaged,
  emptyManaged,
  encodeManaged,
  isReset,
  ManagedFieldsError,
  managerKey,
  updateEntry,
  type Entries,
  type Managed,
} from './managed.ts';
import { fieldElement } from './path-element.ts';
import { TypeMistakes } from './type-mistakes.ts';
import { applyConfiguration, updateOwners, type Versions } from './updater.ts';
import { createdFieldsByShape } from './same-shape.ts';
import { mistakesText, validateTyped } from './validate.ts';

/** The versions of the written kind. */
export interface FieldManagerOptions {
  /** Undefined: this version is not served any more; its entries are dropped. */
  schemaFor(apiVersion: string): Struct | undefined;
  /** Absent: versions differ in apiVersion only. Must not change its argument. */
  convert?(obj: Obj, apiVersion: string): Obj;
}

export interface ManagedWrite {
  /** '' is recorded as "unknown". */
  readonly manager: string;
  /** '' for the main resource. */
  readonly subresource: string;
  /** Of the request; the objects are of this version. */
  readonly apiVersion: string;
  /** RFC 3339, whole seconds, UTC. */
  readonly now: string;
  /** Paths of field names, with all below them, that this endpoint does not write. */
  readonly resetFields?: readonly (readonly string[])[];
}

export interface ManagedApply extends ManagedWrite {
  readonly force: boolean;
  /** Checked against the applied object's when given. */
  readonly kind?: string;
}

const meta = (name: string): string[] => ['f:metadata', fieldElement(name)];
/** Fields that nobody owns. */
const STRIPPED = FieldSet.of(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...['name', 'namespace', 'creationTimestamp', 'selfLink', 'uid', 'clusterName', 'generation', 'managedFields', 'resourceVersion'].map(
    meta,
  ),
);
const CURRENT = 'current-operation';

/**
 * Sets next.metadata.managedFields after a create (no `live`), update or patch made `next` of `live`; changes nothing else.
 * Entries that the writer sent count, except on a subresource, where they cannot be read, or where there are none; an empty list forgets all. Never throws for the content of an object:
 * where fields cannot be told, the list is removed.
 */
export function updateManaged(options: FieldManagerOptions, live: DeepReadonly<Obj> | undefined, next: Obj, write: ManagedWrite): void {
  const sent = next.metadata.managedFields ?? (wasGivenEmpty(next.metadata, 'managedFields') ? [] : undefined);
  if (next.metadata.managedFields) delete next.metadata.managedFields;
  try {
    if (!live && !sent && recordCreate(options, next, write)) return;
    const managed = managedBefore(live?.metadata.managedFields, sent, write.subresource !== '');
    // An object that was created before ownership was tracked stays untracked.
    if (managed.fields.size === 0 && live?.metadata.uid) return;
    if (!live && sent && managed.fields.size === 0 && recordCreate(options, next, write)) return;
    const before = live ? withoutManaged(live as Obj) : emptyObject(schemaOrFail(options, write.apiVersion), write.apiVersion, next.kind);
    recordUpdate(options, before, next, write, managed, write.manager);
    const entries = encodeManaged(managed);
    if (entries) next.metadata.managedFields = entries;
  } catch (error) {
    if (error instanceof ListKeyError || error instanceof ManagedFieldsError || error instanceof TypeMistakes) return;
    throw error;
  }
}

/**
 * The object that server-side apply makes of `live` (none: it is created), neither decoded nor defaulted, with managedFields. Parts of it are parts of the operands.
 * Throws a StatusError: Conflict with one cause per field, BadRequest, or 500 for a configuration that does not fit the schema.
 */
export function applyManaged(options: FieldManagerOptions, live: DeepReadonly<Obj> | undefined, applied: Obj, write: ManagedApply): Obj {
  checkKind(applied, write);
  const atom = atomOf(schemaOrFail(options, write.apiVersion));
  const managed = decodeLive(live?.metadata.managedFields);
  const before = live ? withoutManaged(live as Obj) : emptyObject(schemaOrFail(options, write.apiVersion), write.apiVersion, applied.kind);
  const manager = write.manager === '' ? 'unknown' : write.manager;
  const merged = fitting(() => applyAs(options, before, applied, write, managed, manager, atom));
  const result = ownRoot(merged ?? before);
  if (write.manager === CLIENT_SIDE_MANAGER) refreshLastApplied(result, applied);
  const entries = encodeManaged(managed);
  if (entries) result.metadata.managedFields = entries;
  return result;
}

/** Mistakes of an object that is no more of its schema are the server's, so to speak. */
function fitting<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TypeMistakes) throw new StatusError(500, '', error.message, undefined, error);
    throw error;
  }
}

function managedBefore(live: Entries | undefined, sent: Entries | undefined, isSubresource: boolean): Managed {
  if (isSubresource) return decodedOrEmpty(live);
  if (isReset(sent)) return emptyManaged();
  // The decoded form is remembered by identity, and a patched copy has another one.
  if (sent && jsonEqual(sent, live)) return decodedOrEmpty(live);
  try {
    const managed = decodeManaged(sent);
    return managed.fields.size > 0 ? managed : decodedOrEmpty(live);
  } catch (error) {
    if (error instanceof ManagedFieldsError) return decodedOrEmpty(live);
    throw error;
  }
}

function decodedOrEmpty(entries: Entries | undefined): Managed {
  try {
    return decodeManaged(entries);
  } catch (error) {
    if (error instanceof ManagedFieldsError) return emptyManaged();
    throw error;
  }
}

function decodeLive(entries: Entries | undefined): Managed {
  try {
    return decodeManaged(entries);
  } catch (error) {
    if (error instanceof ManagedFieldsError)
      throw new StatusError(500, '', `failed to decode managed fields: ${error.message}`, undefined, error);
    throw error;
  }
}

/** The same object, with metadata and annotations that may be changed. */
function ownRoot(obj: Obj): Obj {
  const metadata = { ...obj.metadata };
  if (metadata.annotations) metadata.annotations = { ...metadata.annotations };
  return { ...obj, metadata };
}

function withoutManaged(obj: Obj): Obj {
  if (obj.metadata.managedFields === undefined) return obj;
  const { managedFields: _, ...metadata } = obj.metadata;
  return { ...obj, metadata };
}

function schemaOrFail(options: FieldManagerOptions, apiVersion: string): Struct {
  const schema = options.schemaFor(apiVersion);
  if (!schema) throw new Error(`no corresponding type for ${apiVersion}`);
  return schema;
}

/** Decoded built-ins fit their types; what a custom resource holds may be older than its schema. */
function checkTypes(schema: Struct | undefined, obj: Obj): void {
  if (!schema || schema.name !== undefined) return;
  const mistakes = validateTyped(atomOf(schema), obj, true);
  if (mistakes.length > 0) throw new TypeMistakes(mistakesText(mistakes));
}

function versionsOf(options: FieldManagerOptions, write: ManagedWrite): Versions {
  return {
    atom: (apiVersion) => {
      const schema = options.schemaFor(apiVersion);
      return schema && atomOf(schema);
    },
    convert: (obj, from, to) => {
      if (from === to) return obj;
      const converted = options.convert ? options.convert(obj, to) : { ...obj, apiVersion: to };
      checkTypes(options.schemaFor(to), converted);
      return converted;
    },
    reset: resetOf(write.resetFields),
  };
}

const resets = new WeakMap<object, FieldSet>();

function resetOf(paths: ManagedWrite['resetFields']): FieldSet | undefined {
  if (!paths || paths.length === 0) return undefined;
  let set = resets.get(paths);
  if (!set) resets.set(paths, (set = FieldSet.of(...paths.map((path) => path.map(fieldElement)))));
  return set;
}

function recordUpdate(options: FieldManagerOptions, live: Obj, next: Obj, write: ManagedWrite, managed: Managed, manager: string): void {
  const schema = options.schemaFor(write.apiVersion);
  checkTypes(schema, live);
  checkTypes(schema, next);
  updateOwners(versionsOf(options, write), live, next, write.apiVersion, managed.fields, CURRENT);
  const changed = managed.fields.get(CURRENT);
  managed.fields.delete(CURRENT);
  const set = changed?.set.difference(STRIPPED);
  if (changed && set && !set.isEmpty) {
    const key = managerKey(manager === '' ? 'unknown' : manager, 'Update', write.apiVersion, write.subresource);
    const previous = managed.fields.get(key);
    managed.fields.set(key, { ...changed, set: previous ? set.union(previous.set) : set });
    managed.times.set(key, write.now);
  }
  capUpdateManagers(managed);
}

/** Most creates: one manager owns all that is there. False where that takes sets. */
function recordCreate(options: FieldManagerOptions, next: Obj, write: ManagedWrite): boolean {
  const schema = schemaOrFail(options, write.apiVersion);
  checkTypes(schema, next);
  const { manager, subresource, apiVersion, now } = write;
  try {
    const empty = emptyObject(schema, apiVersion, next.kind) as unknown as Record<string, unknown>;
    const fields = createdFieldsByShape(atomOf(schema), empty, next as unknown as Record<string, unknown>, STRIPPED, resetOf(write.resetFields));
    if (fields) next.metadata.managedFields = [updateEntry(manager === '' ? 'unknown' : manager, apiVersion, now, fields, subresource)];
    return true;
  } catch (error) {
    if (error instanceof NeedsSets) return false;
    throw error;
  }
}

function checkKind(applied: Obj, write: ManagedApply): void {
  const apiVersion = textOf(applied.apiVersion);
  const kind = textOf(applied.kind);
  if (apiVersion !== write.apiVersion || (write.kind !== undefined && kind !== write.kind))
    throw newBadRequest(`invalid object type: ${kindText(apiVersion, kind)}`);
  if (hasManagedFields(applied)) throw newBadRequest('metadata.managedFields must be nil');
}

/** Entries that cannot be read count as none: they fail when the object is decoded. */
function hasManagedFields(applied: Obj): boolean {
  const entries: unknown = applied.metadata?.managedFields;
  const entry = builtinStruct('io.k8s.apimachinery.pkg.apis.meta.v1.ManagedFieldsEntry');
  return Array.isArray(entries) && entries.every((value) => isMap(value) && decodeObject(entry, value).errors.length === 0);
}

/** Of what may be anything. */
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function kindText(apiVersion: string, kind: string): string {
  const gv = parseApiVersion(apiVersion) ?? { group: '', version: '' };
  return `${gv.group === '' ? '/' : ''}${apiVersionOf(gv)}, Kind=${kind}`;
}

/** The merged object; undefined when it equals `live`. Changes `managed`. */
function applyAs(
  options: FieldManagerOptions,
  live: Obj,
  applied: Obj,
  write: ManagedApply,
  managed: Managed,
  manager: string,
  atom: Atom,
): Obj | undefined {
  if (managed.fields.size === 0) {
    const empty = emptyObject(schemaOrFail(options, write.apiVersion), write.apiVersion, applied.kind);
    recordUpdate(options, empty, live, write, managed, 'before-first-apply');
  }
  const mistakes = validateTyped(atom, applied, false);
  if (mistakes.length > 0)
    throw new StatusError(500, '', `failed to create typed patch object (${describeApplied(applied)}): ${mistakesText(mistakes)}`);
  const key = managerKey(manager, 'Apply', write.apiVersion, write.subresource);
  const start = new Map(managed.fields);
  const merge = (fields: Managed['fields'], force: boolean): Obj | undefined =>
    applyConfiguration(versionsOf(options, write), live, applied, write.apiVersion, fields, key, force);
  let merged: Obj | undefined;
  try {
    merged = merge(managed.fields, write.force);
  } catch (error) {
    if (!(error instanceof Conflicts)) throw error;
    if (manager !== CLIENT_SIDE_MANAGER) throw conflictError(error);
    checkAllowed(error, fieldsOfLastApplied(atom, live, write.apiVersion));
    managed.fields.clear();
    for (const [id, owned] of start) managed.fields.set(id, owned);
    merged = merge(managed.fields, true);
  }
  stripApplied(managed, key);
  if (merged) managed.times.set(key, write.now);
  return merged;
}

/** kubectl may take over what its own client-side apply set. */
function checkAllowed(conflicts: Conflicts, allowed: FieldSet | undefined): void {
  if (!allowed) throw conflictError(conflicts);
  const others = conflicts.list.filter(({ path }) => !allowed.has(path));
  if (others.length > 0) throw conflictError(new Conflicts(others));
}

function stripApplied(managed: Managed, key: string): void {
  const owned = managed.fields.get(key);
  if (!owned) return;
  const set = owned.set.difference(STRIPPED);
  if (set.isEmpty) managed.fields.delete(key);
  else managed.fields.set(key, { ...owned, set });
}

/** `namespace/name; apps/v1, Kind=Deployment`; what is no text is left out. */
export function describeApplied(obj: Obj): string {
  const { namespace, name } = (obj.metadata ?? {}) as { readonly namespace?: unknown; readonly name?: unknown };
  return `${textOf(namespace)}/${textOf(name)}; ${gvkText(obj)}`;
}

/** `/v1, Kind=Pod`. */
export const gvkText = (obj: Obj): string => kindText(textOf(obj.apiVersion), textOf(obj.kind));
