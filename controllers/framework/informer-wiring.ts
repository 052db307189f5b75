/** Connects informers with a controller's queue: which change reconciles which key. */
import { keyOf, keyText, type ApiObject, type Key } from '../../apimachinery/meta.ts';
import type { DeepReadonly, ResourceType } from '../../apimachinery/types/type.ts';
import type { SharedInformers } from '../../client/interface.ts';
import type { ControllerContext, ControllerDefinition, Watch } from './definition.ts';
import { controllerOf, refersTo, type Readable } from './owners.ts';

/** By the uid of the controller; `orphan:namespace` for those that have none. */
export const CONTROLLER_INDEX = 'controllerUID';

function controllerIndex(obj: DeepReadonly<ApiObject>): readonly string[] {
  const ref = controllerOf(obj);
  return [ref ? ref.uid : orphanKey(obj.metadata.namespace)];
}

export function orphanKey(namespace: string | undefined): string {
  return `orphan:${namespace ?? ''}`;
}

/** The key of the `type` object that controls `obj`; undefined for others and for one whose namesake is another object. */
function ownerKey(obj: Readable, type: ResourceType<ApiObject>, ctx: ControllerContext): Key | undefined {
  const ref = controllerOf(obj);
  if (!ref || !refersTo(ref, type)) return undefined;
  const key = { namespace: type.namespaced ? (obj.metadata.namespace ?? '') : '', name: ref.name };
  const owner = ctx.lister(type).get(key);
  return owner === undefined || owner.metadata.uid !== ref.uid ? undefined : key;
}

/** A change that is not of the spec (most often the controller's own status) may wait as long as one of an owned object. */
function wireFor(type: ResourceType<ApiObject>, delay: number, informers: SharedInformers, ctx: ControllerContext): void {
  const enqueue = (obj: Readable): void => ctx.enqueue(keyOf(obj));
  informers.informer(type).addEventHandler({
    onAdd: enqueue,
    onUpdate(old, obj) {
      if (old.metadata.uid !== obj.metadata.uid) ctx.expectations.forget(keyText(keyOf(obj)));
      ctx.enqueue(keyOf(obj), old.metadata.generation === obj.metadata.generation ? delay : 0);
    },
    onDelete: enqueue,
  });
}

function wireOwned(type: ResourceType<ApiObject>, owner: ResourceType<ApiObject>, delay: number, informers: SharedInformers, ctx: ControllerContext): void {
  const informer = informers.informer(type);
  informer.addIndex(CONTROLLER_INDEX, controllerIndex);
  const deleted = (obj: Readable): void => {
    const key = ownerKey(obj, owner, ctx);
    if (!key) return;
    ctx.expectations.deletionObserved(keyText(key), obj.metadata.uid);
    ctx.enqueue(key, delay);
  };
  informer.addEventHandler({
    onAdd(obj) {
      if (obj.metadata.deletionTimestamp !== undefined) return deleted(obj);
      const key = ownerKey(obj, owner, ctx);
      if (!key) return;
      ctx.expectations.creationObserved(keyText(key));
      ctx.enqueue(key, delay);
    },
    onUpdate(old, obj) {
      if (controllerOf(old)?.uid !== controllerOf(obj)?.uid) {
        const before = ownerKey(old, owner, ctx);
        if (before) ctx.enqueue(before, delay);
      }
      if (obj.metadata.deletionTimestamp !== undefined) return deleted(obj);
      const key = ownerKey(obj, owner, ctx);
      if (key) ctx.enqueue(key, delay);
    },
    onDelete: deleted,
  });
}

function wireWatch({ type, keys }: Watch, informers: SharedInformers, ctx: ControllerContext): void {
  const enqueueAll = (found: Iterable<Key>): void => {
    for (const key of found) ctx.enqueue(key);
  };
  informers.informer(type).addEventHandler({
    onAdd: (obj) => enqueueAll(keys(obj, ctx, { gone: false })),
    onUpdate: (old, obj) => enqueueAll(keys(obj, ctx, { old, gone: false })),
    onDelete: (obj) => enqueueAll(keys(obj, ctx, { gone: true })),
  });
}

/** Asks for every informer and index that `definition` names, and enqueues on changes. */
export function wireInformers(definition: ControllerDefinition, informers: SharedInformers, ctx: ControllerContext): void {
  for (const type of definition.reads) informers.informer(type).addIndex(CONTROLLER_INDEX, controllerIndex);
  for (const { type, name, values } of definition.indexes) informers.informer(type).addIndex(name, values);
  for (const type of definition.owns) if (definition.for) wireOwned(type, definition.for, definition.ownedDelay, informers, ctx);
  for (const watched of definition.watches) wireWatch(watched, informers, ctx);
  if (definition.for) wireFor(definition.for, definition.ownedDelay, informers, ctx);
}
