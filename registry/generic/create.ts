/** Create. Behaves like upstream apiserver/pkg/registry/generic/registry/store.go (Create, createWithGenerateNameRetry). */
import { StatusError, isAlreadyExists, newAlreadyExists, newGenerateNameConflict } from '../../apimachinery/errors.ts';
import { keyOf, type Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { CachedRecord } from '../../storage/cacher/interface.ts';
import { beforeCreate } from './before-write.ts';
import type { RequestContext } from './context.ts';
import { deepCopy } from './deep-copy.ts';
import type { Admission, Strategy } from './definition.ts';
import { generateName } from './generate-name.ts';
import { fillSystemFields } from './object-meta.ts';
import { dedupOwnerReferences } from './owner-references.ts';
import { groupResourceOf } from './resource-key.ts';
import { encoded, isLost, keyIn, requestNamespace, storedObject, storedRecord, write, type StoreParts } from './resource-store.ts';
import type { Stored, WriteRequest } from './store-interface.ts';

const ATTEMPTS = 8;

/** Takes `obj` over. Admission mutates once; a taken generated name is made anew. */
export async function create(parts: StoreParts, obj: Obj, admission: Admission, request: WriteRequest, ctx: RequestContext): Promise<Stored> {
  parts.managed.update({ definition: parts.definition, strategy: parts.definition.strategy, request, ctx }, undefined, obj);
  const admitted = (await admission.mutate(obj)) ?? obj;
  dedupOwnerReferences(admitted, ctx.warnings, true);
  const meta = admitted.metadata;
  const generated = (meta.name ?? '') === '' && (meta.generateName ?? '') !== '';
  if (!generated) return createOnce(parts, admitted, admission, request, ctx);
  for (let attempt = 1; ; attempt++) {
    try {
      return await createOnce(parts, deepCopy(admitted) as Obj, admission, request, ctx);
    } catch (error) {
      if (attempt === ATTEMPTS || !isAlreadyExists(error)) throw error;
    }
  }
}

async function createOnce(parts: StoreParts, obj: Obj, admission: Admission, request: WriteRequest, ctx: RequestContext): Promise<Stored> {
  fillSystemFields(obj, ctx.clock, ctx.rand);
  const generated = obj.metadata.generateName ?? '';
  const { strategy } = parts.definition;
  if ((obj.metadata.name ?? '') === '' && generated !== '') obj.metadata.name = strategy.generateName?.(generated) ?? generateName(generated, ctx.rand);
  const begun = await strategy.begin?.('create', obj, undefined, ctx);
  try {
    const stored = await checkedInsert(parts, obj, strategy, admission, request, ctx);
    if (begun) await begun.commit();
    return stored;
  } catch (error) {
    await begun?.revert();
    throw error;
  }
}

async function checkedInsert(parts: StoreParts, obj: Obj, strategy: Strategy, admission: Admission, request: WriteRequest, ctx: RequestContext): Promise<Stored> {
  await beforeCreate({ definition: parts.definition, strategy, namespace: requestNamespace(parts, ctx) }, obj, ctx);
  await admission.validate(obj as DeepReadonly<Obj>);
  if (!request.dryRun && (obj.metadata.resourceVersion ?? '') !== '') throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  return insert(parts, obj, strategy, request, ctx);
}

/** Writes what must not exist yet. Throws AlreadyExists. */
export async function insert(parts: StoreParts, obj: Obj, strategy: Strategy, request: WriteRequest, ctx: RequestContext): Promise<Stored> {
  const key = keyIn(parts, keyOf(obj));
  const ttl = strategy.ttl?.(obj);
  const sent = obj.metadata.resourceVersion ?? '';
  const { object, projection } = await encoded(parts, obj, undefined, ctx);
  if (request.dryRun) return dryRun(parts, key, object, sent, ctx);
  const result = await write(parts, key, projection, 0, ttl);
  if (!isLost(result)) return storedRecord(result);
  throw alreadyExists(parts, object, result.current, ctx);
}

/** Nobody checks the resourceVersion that was sent; it stays. */
async function dryRun(parts: StoreParts, key: string, object: Obj, sent: string, ctx: RequestContext): Promise<Stored> {
  const existing = await parts.cacher.read(key);
  if (existing) throw alreadyExists(parts, object, existing, ctx);
  if (sent !== '') object.metadata.resourceVersion = sent;
  return storedObject(object, 0);
}

function alreadyExists(parts: StoreParts, obj: Obj, existing: CachedRecord | undefined, ctx: RequestContext): StatusError {
  const gr = groupResourceOf(parts.definition, ctx);
  const { name, generateName: prefix = '' } = obj.metadata;
  const error = prefix === '' ? newAlreadyExists(gr, name) : newGenerateNameConflict(gr, name);
  if (existing?.object().metadata.deletionTimestamp === undefined) return error;
  return new StatusError(error.code, error.reason, `object is being deleted: ${error.message}`, error.details);
}
