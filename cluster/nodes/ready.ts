/** Waits until the nodes that this process runs are Ready. */
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Client } from '../../client/interface.ts';
import type { ClusterConfig } from '../options.ts';
import { nodeNames } from './names.ts';

const isReady = (node: DeepReadonly<core.Node>): boolean => node.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ?? false;

/** Rejects with the signal's reason when the cluster is stopped first. */
export async function waitForNodes(client: Client, config: ClusterConfig, signal: AbortSignal): Promise<void> {
  const missing = new Set(nodeNames(config.nodes));
  const nodes = client.resource(core.Node);
  const see = (node: DeepReadonly<core.Node>): void => {
    if (isReady(node)) missing.delete(node.metadata.name);
  };
  const { items, resourceVersion } = await nodes.list({ signal });
  items.forEach(see);
  if (missing.size === 0) return;
  for await (const batch of nodes.watch({ resourceVersion, signal })) {
    for (const event of batch) see(event.object);
    if (missing.size === 0) return;
  }
  signal.throwIfAborted();
  return waitForNodes(client, config, signal);
}
