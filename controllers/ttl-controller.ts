import { keyOf, type Key } from '../apimachinery/meta.ts';
import * as core from '../apimachinery/types/core.gen.ts';
import { defineController, watch, type ControllerContext } from './framework/definition.ts';

const TTL = 'node.alpha.kubernetes.io/ttl';
/** How long (seconds) kubelets may keep secrets and config maps in clusters up to a size. */
const STEPS = [
  { upTo: 100, ttl: 0 },
  { upTo: 500, ttl: 15 },
  { upTo: 1000, ttl: 30 },
  { upTo: 2000, ttl: 60 },
  { upTo: Infinity, ttl: 300 },
] as const;

export function ttlFor(nodes: number): number {
  return STEPS.find((step) => nodes <= step.upTo)?.ttl ?? 300;
}

async function reconcile(ctx: ControllerContext, key: Key): Promise<void> {
  const node = ctx.lister(core.Node).get(key);
  const ttl = String(ttlFor(ctx.lister(core.Node).list().length));
  if (!node || node.metadata.annotations?.[TTL] === ttl) return;
  await ctx.client.resource(core.Node).patch(key, { type: 'strategic', body: { metadata: { annotations: { [TTL]: ttl } } } });
}

/** Behaves like upstream pkg/controller/ttl. */
export default defineController({
  name: 'ttl-controller',
  for: core.Node,
  watches: [
    watch(core.Node, (_, ctx, { old, gone }) => {
      const count = ctx.lister(core.Node).list().length;
      const before = gone ? count + 1 : count - 1;
      return old || ttlFor(count) === ttlFor(before) ? [] : ctx.lister(core.Node).list().map(keyOf);
    }),
  ],
  reconcile,
});
