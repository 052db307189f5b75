/** Adopts objects that match a controller's selector and have no controller, and releases those that match no more. Behaves like upstream pkg/controller/controller_ref_manager.go. */
import { isNotFound, isStatusError } from '../../apimachinery/errors.ts';
import { keyOf, type ApiObject } from '../../apimachinery/meta.ts';
import type { DeepReadonly, ResourceType } from '../../apimachinery/types/type.ts';
import type { ControllerContext } from './definition.ts';
import type { Matcher } from './labels.ts';
import { controllerOf, controllerRef, type Readable } from './owners.ts';

export interface Claim<T extends ApiObject> {
  readonly owner: Readable;
  readonly ownerType: ResourceType<ApiObject>;
  readonly type: ResourceType<T>;
  readonly matches: Matcher;
  /** Those of the owner, and those without a controller in its namespace. */
  readonly candidates: readonly DeepReadonly<T>[];
  /** Adopted objects get these, too. */
  readonly finalizers?: readonly string[];
  /** Beyond the selector: false is not claimed (and released). */
  readonly accepts?: (obj: DeepReadonly<T>) => boolean;
}

/** Whether the server agrees that `owner` is there and not being deleted: the cache may be old. */
async function mayAdopt(ctx: ControllerContext, { owner, ownerType }: { readonly owner: Readable; readonly ownerType: ResourceType<ApiObject> }): Promise<void> {
  const fresh = await ctx.client.resource(ownerType).get(keyOf(owner));
  if (fresh.metadata.uid !== owner.metadata.uid) throw new Error(`original ${ownerType.gvk.kind} ${owner.metadata.namespace}/${owner.metadata.name} is gone: got uid ${fresh.metadata.uid}, wanted ${owner.metadata.uid}`);
  if (fresh.metadata.deletionTimestamp !== undefined) throw new Error(`${owner.metadata.namespace}/${owner.metadata.name} has just been deleted at ${fresh.metadata.deletionTimestamp}`);
}

/** `false` when the object is gone or another one has its name: nothing is left to do. */
async function patched(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isNotFound(error) || isStatusError(error, 'Invalid')) return false;
    throw error;
  }
}

async function adopt<T extends ApiObject>(ctx: ControllerContext, claim: Claim<T>, obj: DeepReadonly<T>): Promise<boolean> {
  const { uid } = (obj as Readable).metadata;
  const metadata = { uid, ownerReferences: [controllerRef(claim.owner, claim.ownerType)], ...(claim.finalizers && { finalizers: claim.finalizers }) };
  return patched(ctx.client.resource(claim.type).patch(keyOf(obj as Readable), { type: 'strategic', body: { metadata } }));
}

async function release<T extends ApiObject>(ctx: ControllerContext, claim: Claim<T>, obj: DeepReadonly<T>): Promise<void> {
  const { uid } = (obj as Readable).metadata;
  const removed = claim.finalizers && { '$deleteFromPrimitiveList/finalizers': claim.finalizers };
  const metadata = { uid, ownerReferences: [{ $patch: 'delete', uid: claim.owner.metadata.uid }], ...removed };
  await patched(ctx.client.resource(claim.type).patch(keyOf(obj as Readable), { type: 'strategic', body: { metadata } }));
}

/** The objects that the owner controls now. Throws the first failure after all were tried. */
export async function claimObjects<T extends ApiObject>(ctx: ControllerContext, claim: Claim<T>): Promise<readonly DeepReadonly<T>[]> {
  const { owner, matches, accepts = () => true } = claim;
  const claimed: DeepReadonly<T>[] = [];
  const errors: unknown[] = [];
  let checked: Promise<void> | undefined;
  const one = async (obj: DeepReadonly<T>): Promise<void> => {
    const { metadata } = obj as Readable;
    const controller = controllerOf(obj as Readable);
    if (controller && controller.uid !== owner.metadata.uid) return;
    const wanted = matches(metadata.labels) && accepts(obj);
    if (controller) {
      if (wanted) claimed.push(obj);
      else if (owner.metadata.deletionTimestamp === undefined) await release(ctx, claim, obj);
      return;
    }
    if (!wanted || owner.metadata.deletionTimestamp !== undefined || metadata.deletionTimestamp !== undefined) return;
    await (checked ??= mayAdopt(ctx, claim));
    if (await adopt(ctx, claim, obj)) claimed.push(obj);
  };
  for (const obj of claim.candidates) {
    try {
      await one(obj);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
  return claimed;
}
