import * as apiextensions from '../apimachinery/types/apiextensions.gen.ts';
import * as apiregistration from '../apimachinery/types/apiregistration.gen.ts';
import { apiVersionOf } from '../apimachinery/meta.ts';
import { defineController, watch, type ControllerContext } from './framework/definition.ts';
import { Collector } from './garbage-collector/collect.ts';
import { Graph, type Consequences } from './garbage-collector/graph.ts';
import { Monitors } from './garbage-collector/monitors.ts';

/** Beside uids, the one key of the queue: what collections are there must be looked at. */
const COLLECTIONS = { namespace: '', name: 'collections' };
const SETTLE_MS = 500;
const RETRY_MS = 30_000;

interface State {
  readonly monitors: Monitors;
  readonly collector: Collector;
  readonly pending: Set<string>;
  isSynced: boolean;
}

function report(ctx: ControllerContext, state: { pending: Set<string>; isSynced: boolean }, { check, misplaced }: Consequences): void {
  for (const uid of check) {
    if (state.isSynced) ctx.enqueue({ namespace: '', name: uid });
    else state.pending.add(uid);
  }
  for (const { dependent, owner } of misplaced) {
    const { resource, namespace, name, uid } = dependent;
    const about = { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata: { name, namespace, uid } as never };
    ctx.recorder.event(about, 'Warning', 'OwnerRefInvalidNamespace', `ownerRef [${owner.apiVersion}/${owner.kind}, namespace: ${namespace}, name: ${owner.name}, uid: ${owner.uid}] does not exist in namespace "${namespace}"`);
  }
}

/** Behaves like upstream pkg/controller/garbagecollector. */
export default defineController<never, State>({
  name: 'garbage-collector-controller',
  concurrency: 20,
  maxBackoff: 60_000,
  watches: [watch(apiextensions.CustomResourceDefinition, (_, ctx) => (ctx.enqueue(COLLECTIONS, SETTLE_MS), [])), watch(apiregistration.APIService, (_, ctx) => (ctx.enqueue(COLLECTIONS, SETTLE_MS), []))],
  setup(ctx) {
    const graph = new Graph();
    const shared = { pending: new Set<string>(), isSynced: false };
    const monitors = new Monitors(ctx, graph, (consequences) => report(ctx, shared, consequences));
    ctx.enqueue(COLLECTIONS);
    return Object.assign(shared, { monitors, collector: new Collector(ctx, graph, monitors) });
  },
  async reconcile(ctx, key, state) {
    if (key.name !== COLLECTIONS.name) return state.collector.collect(key.name);
    const isComplete = await state.monitors.sync();
    state.isSynced = true;
    for (const uid of state.pending) ctx.enqueue({ namespace: '', name: uid });
    state.pending.clear();
    return isComplete ? undefined : { requeueAfter: RETRY_MS };
  },
});
