import { isNotFound } from '../apimachinery/errors.ts';
import { keyOf, keyText, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { rfc3339 } from '../component-base/clock.ts';
import { defineController, index, watch, type ControllerContext, type Result } from './framework/definition.ts';
import { toleratedFor } from './node/taints.ts';
import type { Pod } from './pods/conditions.ts';

const BY_NODE = 'podsByNodeForTaints';

/** When each pod that does not tolerate its node for ever began to, by key. */
type State = Map<string, { readonly uid: string; readonly since: number }>;

async function evict(ctx: ControllerContext, pod: Pod): Promise<void> {
  const { namespace, name } = pod.metadata;
  const about = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name } as core.Pod['metadata'] };
  ctx.recorder.event(about, 'Normal', 'TaintManagerEviction', `Marking for deletion Pod ${namespace}/${name}`);
  const condition = { type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager', message: 'Taint manager: deleting due to NoExecute taint', lastProbeTime: null, lastTransitionTime: rfc3339(ctx.now()) };
  try {
    await ctx.client.resource(core.Pod).subresource<core.Pod>('status').patch(keyOf(pod), { type: 'strategic', body: { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } } });
    await ctx.client.resource(core.Pod).delete(keyOf(pod), { preconditions: { uid: pod.metadata.uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

function cancel(ctx: ControllerContext, key: Key, state: State): void {
  if (!state.delete(keyText(key))) return;
  const about = { apiVersion: 'v1', kind: 'Pod', metadata: { namespace: key.namespace, name: key.name } as core.Pod['metadata'] };
  ctx.recorder.event(about, 'Normal', 'TaintManagerEviction', `Cancelling deletion of Pod ${keyText(key)}`);
}

async function reconcile(ctx: ControllerContext, key: Key, state: State): Promise<Result | void> {
  const pod = ctx.lister(core.Pod).get(key);
  if (!pod || pod.metadata.deletionTimestamp !== undefined) return void state.delete(keyText(key));
  const node = ctx.lister(core.Node).get({ namespace: '', name: pod.spec.nodeName ?? '' });
  const taints = (node?.spec.taints ?? []).filter((t) => t.effect === 'NoExecute');
  const tolerated = taints.length === 0 ? Infinity : toleratedFor(pod.spec.tolerations ?? [], taints);
  if (tolerated === Infinity) return cancel(ctx, key, state);
  const known = state.get(keyText(key));
  const since = known?.uid === pod.metadata.uid ? known.since : ctx.now();
  state.set(keyText(key), { uid: pod.metadata.uid, since });
  const left = since + tolerated - ctx.now();
  if (left > 0) return { requeueAfter: left };
  await evict(ctx, pod);
  state.delete(keyText(key));
}

/** Behaves like upstream pkg/controller/tainteviction. */
export default defineController<core.Pod, State>({
  name: 'taint-eviction-controller',
  watches: [
    watch(core.Pod, (pod, ctx, { gone }) => {
      if (gone || (pod.spec.nodeName ?? '') === '') return [];
      const taints = ctx.lister(core.Node).get({ namespace: '', name: pod.spec.nodeName ?? '' })?.spec.taints ?? [];
      return taints.some((t) => t.effect === 'NoExecute') ? [keyOf(pod)] : [];
    }),
    watch(core.Node, (node, ctx, { old }) => {
      const noExecute = (n: typeof node) => JSON.stringify((n.spec.taints ?? []).filter((t) => t.effect === 'NoExecute'));
      if (noExecute(node) === (old ? noExecute(old) : '[]')) return [];
      return ctx.lister(core.Pod).byIndex(BY_NODE, node.metadata.name).map(keyOf);
    }),
  ],
  indexes: [index(core.Pod, BY_NODE, (pod) => [pod.spec.nodeName ?? ''])],
  reads: [core.Node],
  setup: () => new Map(),
  reconcile,
});
