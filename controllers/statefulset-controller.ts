import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as apps from '../apimachinery/types/apps.gen.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { claimObjects } from './framework/claim.ts';
import { defineController, watch, type ControllerContext, type Result } from './framework/definition.ts';
import { selectorOf } from './framework/labels.ts';
import { controllerOf } from './framework/owners.ts';
import { ensureRevision, listRevisions, REVISION_HASH, templateOf, truncateRevisions, type Revision } from './history/revisions.ts';
import { nextAvailability, type Pod } from './pods/conditions.ts';
import { ordinalOf, revisionOf, type StatefulSet } from './statefulset/identity.ts';
import { completed, needsWrite, statusOf } from './statefulset/status.ts';
import { updateStatefulSet } from './statefulset/update.ts';

const named = (revision: Revision) => ({ name: revision.metadata.name, template: templateOf(revision) });

async function writeStatus(ctx: ControllerContext, set: StatefulSet, pods: readonly Pod[], names: { current: string; update: string; collisionCount: number }): Promise<void> {
  const status = completed(set, statusOf(set, pods, names, ctx.now()));
  if (!needsWrite(set.status, status)) return;
  await ctx.client.resource(apps.StatefulSet).subresource<apps.StatefulSet>('status').update(keyOf(set), { ...set, status });
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<Result | void> {
  const set = ctx.lister(apps.StatefulSet).get(key);
  if (!set) return;
  const matches = selectorOf(set.spec.selector);
  const candidates = [...ctx.owned(core.Pod, set), ...ctx.orphans(core.Pod, key.namespace)];
  const claimed = await claimObjects<core.Pod>(ctx, { owner: set, ownerType: apps.StatefulSet, type: core.Pod, matches, candidates, accepts: (pod) => ordinalOf(set, pod) !== undefined });
  const revisions = await listRevisions(ctx, set, apps.StatefulSet, matches);
  const { annotations } = set.metadata;
  const { revision: update, collisionCount } = await ensureRevision(ctx, revisions, { owner: set, ownerType: apps.StatefulSet, hashLabel: REVISION_HASH, template: set.spec.template, collisionCount: set.status?.collisionCount ?? 0, ...(annotations && { annotations }) });
  const current = revisions.find((revision) => revision.metadata.name === set.status?.currentRevision) ?? update;
  let failure: unknown;
  try {
    await updateStatefulSet(ctx, { set, pods: claimed, current: named(current), update: named(update) });
  } catch (error) {
    failure = error;
  }
  const names = { current: current.metadata.name, update: update.metadata.name, collisionCount };
  await writeStatus(ctx, set, claimed, names);
  const limit = set.spec.revisionHistoryLimit ?? 10;
  await truncateRevisions(ctx, revisions, new Set([names.current, names.update, ...claimed.map(revisionOf)]), (idle) => idle - limit);
  if (failure !== undefined) throw failure;
  const requeueAfter = nextAvailability(claimed, set.spec.minReadySeconds ?? 0, ctx.now());
  return requeueAfter === undefined ? undefined : { requeueAfter };
}

/** Behaves like upstream pkg/controller/statefulset. */
export default defineController({
  name: 'statefulset-controller',
  for: apps.StatefulSet,
  owns: [core.Pod],
  watches: [
    watch(core.Pod, (pod, ctx) => {
      if (controllerOf(pod)) return [];
      return ctx.lister(apps.StatefulSet).list(pod.metadata.namespace).filter((set) => selectorOf(set.spec.selector)(pod.metadata.labels)).map(keyOf);
    }),
  ],
  reads: [core.PersistentVolumeClaim, apps.ControllerRevision],
  reconcile,
});
