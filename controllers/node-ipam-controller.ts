import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../apimachinery/types/type.ts';
import { defineController, type ControllerContext } from './framework/definition.ts';
import { CidrSet } from './node/cidr-set.ts';

type Node = DeepReadonly<core.Node>;

interface State {
  readonly sets: readonly CidrSet[];
  /** Blocks by node name. */
  readonly held: Map<string, readonly string[]>;
}

function blocksOf(node: Node): readonly string[] {
  return node.spec.podCIDRs ?? (node.spec.podCIDR === undefined || node.spec.podCIDR === '' ? [] : [node.spec.podCIDR]);
}

/** One block of each set, or none of any. */
function allocate({ sets }: State): readonly string[] | undefined {
  const blocks: string[] = [];
  for (const set of sets) {
    const block = set.allocate();
    if (block === undefined) {
      for (const taken of blocks) for (const other of sets) other.release(taken);
      return undefined;
    }
    blocks.push(block);
  }
  return blocks;
}

async function reconcile(ctx: ControllerContext, key: Key, state: State): Promise<void> {
  const node = ctx.lister(core.Node).get(key);
  if (!node) {
    for (const block of state.held.get(key.name) ?? []) for (const set of state.sets) set.release(block);
    state.held.delete(key.name);
    return;
  }
  const own = blocksOf(node);
  if (own.length > 0) {
    for (const block of own) for (const set of state.sets) set.occupy(block);
    state.held.set(key.name, own);
    return;
  }
  const blocks = state.held.get(key.name) ?? allocate(state);
  if (!blocks) {
    ctx.recorder.event(node, 'Normal', 'CIDRNotAvailable', `Node ${key.name} status is now: CIDRNotAvailable`);
    throw new Error(`no block of pod addresses is left for node ${key.name}`);
  }
  state.held.set(key.name, blocks);
  await ctx.client.resource(core.Node).patch(keyOf(node), { type: 'strategic', body: { spec: { podCIDR: blocks[0], podCIDRs: blocks } } });
}

/** Gives each node a block of pod addresses. Behaves like upstream pkg/controller/nodeipam with the range allocator. */
export default defineController<core.Node, State>({
  name: 'node-ipam-controller',
  component: 'cidrAllocator',
  for: core.Node,
  concurrency: 1,
  setup(ctx) {
    const { allocateNodeCIDRs, clusterCIDR, nodeCIDRMaskSizeIPv4, nodeCIDRMaskSizeIPv6 } = ctx.settings;
    const ranges = allocateNodeCIDRs ? clusterCIDR.split(',').filter((cidr) => cidr !== '') : [];
    const sets = ranges.map((cidr) => new CidrSet(cidr, cidr.includes(':') ? nodeCIDRMaskSizeIPv6 : nodeCIDRMaskSizeIPv4));
    const state: State = { sets, held: new Map() };
    for (const node of ctx.lister(core.Node).list()) for (const block of blocksOf(node)) for (const set of sets) set.occupy(block);
    return state;
  },
  async reconcile(ctx, key, state) {
    if (state.sets.length > 0) await reconcile(ctx, key, state);
  },
});
