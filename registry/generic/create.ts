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

/** Who creates, under which rules. */
export interface Creation {
  readonly parts: StoreParts;
  readonly strategy: Strategy;
  readonly admission: Admission;
  readonly request: WriteRequest;
  readonly ctx: RequestContext;
  /** An update found nothing to change: then the object may name the resourceVersion that it was to replace. */
  readonly isUpdate?: true;
}

/** Takes `obj` over. Admission mutates once; a taken generated name is made anew. */
export function create(parts: StoreParts, obj: Obj, admission: Admission, request: WriteRequest, ctx: RequestContext): Promise<Stored> {
  const { strategy } = parts.definition;
  const op: Creation = { parts, strategy, admission, request, ctx };
  const tracked = parts.managed.update({ definition: parts.definition, strategy, request, ctx }, undefined, obj);
  return tracked instanceof Promise ? tracked.then(() => createTracked(op, obj)) : createTracked(op, obj);
}

function createTracked(op: Creation, obj: Obj): Promise<Stored> {
  const mutated = op.admission.mutate(obj);
  return mutated instanceof Promise ? mutated.then((admitted) => createAdmitted(op, admitted ?? obj)) : createAdmitted(op, mutated ?? obj);
}

function createAdmitted(op: Creation, obj: Obj): Promise<Stored> {
  dedupOwnerReferences(obj, op.ctx.warnings, true);
  const { name = '', generateName: prefix = '' } = obj.metadata;
  return name === '' && prefix !== '' ? createNamed(op, obj, prefix) : createOnce(op, obj);
}

async function createNamed(op: Creation, obj: Obj, prefix: string): Promise<Stored> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await createOnce(op, deepCopy(obj) as Obj, prefix);
    } catch (error) {
      if (attempt === ATTEMPTS || !isAlreadyExists(error)) throw error;
    }
  }
}

/** `prefix`: a name is made of it. */
export function createOnce(op: Creation, obj: Obj, prefix?: string): Promise<Stored> {
  const { strategy, ctx } = op;
  fillSystemFields(obj, ctx.clock, ctx.rand);
  if (prefix !== undefined) obj.metadata.name = strategy.generateName?.(prefix) ?? generateName(prefix, ctx.rand);
  return strategy.begin ? begunInsert(op, obj) : checkedInsert(op, obj);
}

/** What the strategy begins is ended with the creation, well or not. */
async function begunInsert(op: Creation, obj: Obj): Promise<Stored> {
  const begun = await op.strategy.begin?.('create', obj, undefined, op.ctx);
  try {
    const stored = await checkedInsert(op, obj);
    if (begun) await begun.commit();
    return stored;
  } catch (error) {
    await begun?.revert();
    throw error;
  }
}

/** Prepares, checks and writes what must not exist yet; waits only for what is not there at once. Throws AlreadyExists. */
async function checkedInsert(op: Creation, obj: Obj): Promise<Stored> {
  const { parts, strategy, request, ctx } = op;
  beforeCreate({ definition: parts.definition, strategy, namespace: requestNamespace(parts, ctx) }, obj, ctx);
  const checked = op.admission.validate(obj as DeepReadonly<Obj>);
  if (checked instanceof Promise) await checked;
  const sent = obj.metadata.resourceVersion ?? '';
  if (sent !== '' && !request.dryRun && !op.isUpdate) throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  const key = keyIn(parts, keyOf(obj));
  const ttl = strategy.ttl?.(obj);
  const encoding = encoded(parts, obj, undefined, ctx);
  const { object, projection } = encoding instanceof Promise ? await encoding : encoding;
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
