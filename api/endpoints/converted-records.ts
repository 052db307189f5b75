/** Many records in a version that somebody else converts to: what is not at hand goes in one hop. Beside ./forms.ts, which makes the forms of one record. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { convertAll } from '../../registry/generic/conversion.ts';
import type { ResourceDefinition, Version } from '../../registry/generic/definition.ts';
import { parseObject } from '../../registry/generic/parse-object.ts';
import { heldVersionOf } from '../../registry/generic/resource-key.ts';
import type { CachedRecord, Cacher, Match } from '../../storage/cacher/interface.ts';
import { isHeld, textIn, versionForm } from './forms.ts';
import { keysOf } from './match.ts';
import type { Target } from './scope.ts';
import type { Selectors } from './selectors.ts';

interface Waiting {
  readonly record: CachedRecord;
  resolve(bytes: Uint8Array): void;
  reject(error: unknown): void;
}

const never = new AbortController().signal;

/** Served JSON, in the order of the records, which are of a definition that converts on read. It is kept with each record, as a form. */
export async function jsonOfAll(definition: ResourceDefinition, version: Version, records: readonly CachedRecord[]): Promise<readonly Uint8Array[]> {
  const waiting: Waiting[] = [];
  const form = { id: versionForm(definition, version).id, encode: (record: CachedRecord) => new Promise<Uint8Array>((resolve, reject) => waiting.push({ record, resolve, reject })) };
  const made = records.map((record) => Promise.resolve(isHeld(definition, version, record) ? record.bytes : record.form(form)));
  const all = Promise.all(made);
  await Promise.all([convertWaiting(definition, version, waiting), all]);
  return all;
}

/** Nobody waits for ever: whatever goes wrong is told to each. */
async function convertWaiting(definition: ResourceDefinition, version: Version, waiting: Waiting[]): Promise<void> {
  const all = waiting.splice(0);
  try {
    const objects = all.map(({ record }) => record.object() as DeepReadonly<Obj>);
    const [first] = objects;
    const converted = first ? await convertAll(objects, heldVersionOf(definition, first), version, never) : [];
    for (const [i, { resolve }] of all.entries()) resolve(textIn(version, converted[i] as Obj));
  } catch (error) {
    for (const { reject } of all) reject(error);
  }
}

/** Objects that could not be converted when they came are converted before they are selected by fields of the version. Throws the conversion's error. */
export async function completeFields(target: Target, cacher: Cacher, selectors: Selectors, { namespace, name }: Match): Promise<void> {
  const { definition, version } = target;
  const keys = keysOf(target, selectors);
  if (keys.length === 0) return;
  const { items } = cacher.list({ match: { ...(namespace !== undefined && { namespace }), ...(name !== undefined && { name }) } });
  const unknown = items.filter(({ tested }) => keys.some((key) => tested.fields[key] === undefined));
  if (unknown.length === 0) return;
  await jsonOfAll(definition, version, unknown);
  await cacher.refresh();
}

export async function objectsOfAll(definition: ResourceDefinition, version: Version, records: readonly CachedRecord[]): Promise<readonly DeepReadonly<Obj>[]> {
  return (await jsonOfAll(definition, version, records)).map((bytes) => parseObject(bytes) as DeepReadonly<Obj>);
}
