/** metadata.managedFields, decoded. Behaves like upstream apimachinery/pkg/util/managedfields/internal/managedfields.go. */
import { goJson, goQuote } from '../../go-text.ts';
import type { ManagedFieldsEntry } from '../../types/meta.gen.ts';
import type { DeepReadonly } from '../../types/type.ts';
import type { FieldSet } from './field-set.ts';
import { fieldSetOf, fieldsV1Of } from './fields-v1.ts';

export type Entries = DeepReadonly<ManagedFieldsEntry[]>;

/** What a manager owns, in terms of one version. */
export interface Owned {
  readonly set: FieldSet;
  readonly apiVersion: string;
  readonly isApplied: boolean;
}

export interface ManagerId {
  readonly manager: string;
  readonly operation: string;
  /** '' for appliers: there is one entry whatever version they apply. */
  readonly apiVersion: string;
  readonly subresource: string;
}

/** By the text of the manager's identity. Times outlive their entries. */
export interface Managed {
  readonly fields: Map<string, Owned>;
  readonly times: Map<string, string | undefined>;
}

/** Thrown for entries that cannot be read; the message is upstream's. */
export class ManagedFieldsError extends Error {
  override readonly name = 'ManagedFieldsError';
}

export const emptyManaged = (): Managed => ({ fields: new Map(), times: new Map() });

const ids = new Map<string, ManagerId>();
const IDS_LIMIT = 10_000;

/** The identity as text: sorts and compares as upstream's. */
export function managerKey(manager: string, operation: string, apiVersion: string, subresource: string): string {
  const id: ManagerId = { manager, operation, apiVersion: operation === 'Apply' ? '' : apiVersion, subresource };
  const members = Object.entries(id).filter(([, value]) => value !== '');
  const key = `{${members.map(([name, value]) => `"${name}":${goJson(value)}`).join(',')}}`;
  if (ids.size >= IDS_LIMIT) ids.clear();
  ids.set(key, id);
  return key;
}

export function managerOf(key: string): ManagerId {
  return ids.get(key) ?? { manager: '', operation: '', apiVersion: '', subresource: '', ...(JSON.parse(key) as Partial<ManagerId>) };
}

/** Throws ManagedFieldsError. */
export function decodeManaged(entries: Entries | undefined): Managed {
  const managed = emptyManaged();
  for (const [i, entry] of (entries ?? []).entries()) {
    const { manager = '', operation = '', apiVersion = '', fieldsType = '', subresource = '' } = entry;
    if (operation !== 'Apply' && operation !== 'Update') throw new ManagedFieldsError('operation must be `Apply` or `Update`');
    if (apiVersion === '') throw new ManagedFieldsError('apiVersion must not be empty');
    if (fieldsType === '') throw new ManagedFieldsError(`missing fieldsType in managed fields entry ${i}`);
    if (fieldsType !== 'FieldsV1') throw new ManagedFieldsError(`invalid fieldsType ${goQuote(fieldsType)} in managed fields entry ${i}`);
    const key = managerKey(manager, operation, apiVersion, subresource);
    managed.fields.set(key, { set: decodeSet(entry), apiVersion, isApplied: operation === 'Apply' });
    managed.times.set(key, entry.time ?? undefined);
  }
  return managed;
}

function decodeSet(entry: DeepReadonly<ManagedFieldsEntry>): FieldSet {
  try {
    return fieldSetOf(entry.fieldsV1 ?? {});
  } catch (error) {
    throw new ManagedFieldsError(`error decoding versioned set from ${goJson(entry)}: error decoding set: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Appliers first, then by time, manager, version and subresource. Undefined when there are none. */
export function encodeManaged(managed: Managed): ManagedFieldsEntry[] | undefined {
  if (managed.fields.size === 0) return undefined;
  return [...managed.fields].map(([key, owned]) => encodeEntry(key, owned, managed.times.get(key))).sort(compareEntries);
}

function encodeEntry(key: string, owned: Owned, time: string | undefined): ManagedFieldsEntry {
  const { manager, operation, subresource } = managerOf(key);
  const entry: ManagedFieldsEntry = manager === '' ? {} : { manager };
  entry.operation = owned.isApplied ? 'Apply' : operation;
  entry.apiVersion = owned.apiVersion;
  if (time !== undefined) entry.time = time;
  entry.fieldsType = 'FieldsV1';
  entry.fieldsV1 = fieldsV1Of(owned.set) as Record<string, unknown>;
  if (subresource !== '') entry.subresource = subresource;
  return entry;
}

/** The one entry of an object that was just created; `manager` is not ''. */
export function updateEntry(
  manager: string,
  apiVersion: string,
  time: string,
  fieldsV1: Readonly<Record<string, unknown>>,
  subresource: string,
): ManagedFieldsEntry {
  const entry = { manager, operation: 'Update', apiVersion, time, fieldsType: 'FieldsV1', fieldsV1 };
  return subresource === '' ? entry : { ...entry, subresource };
}

/** Unix seconds; 0 when absent. */
export function secondsOf(time: string | undefined): number {
  return time === undefined ? 0 : Math.floor(Date.parse(time) / 1000) || 0;
}

const compareTexts = (a = '', b = ''): number => (a < b ? -1 : a > b ? 1 : 0);

function compareEntries(a: ManagedFieldsEntry, b: ManagedFieldsEntry): number {
  return (
    compareTexts(a.operation, b.operation) ||
    secondsOf(a.time) - secondsOf(b.time) ||
    compareTexts(a.manager, b.manager) ||
    compareTexts(a.apiVersion, b.apiVersion) ||
    compareTexts(a.subresource, b.subresource)
  );
}

/** The list asks for all ownership to be forgotten: it is there and empty, or holds one empty entry. */
export function isReset(entries: Entries | undefined): boolean {
  if (!entries) return false;
  return (
    entries.length === 0 || (entries.length === 1 && Object.values(entries[0] ?? {}).every((value) => value === undefined || value === ''))
  );
}
