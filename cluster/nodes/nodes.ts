/** Starts the nodes of this process on the runtime that was asked for, and tells the API server how to reach their kubelets. */
import type { Lifecycle } from '../../component-base/lifecycle.ts';
import type { NodesDeps } from './deps.ts';
import { simulatedAddresses } from './simulated-addresses.ts';
import { startSimulatedNodes } from './simulated.ts';

export async function startNodes(life: Lifecycle, deps: NodesDeps): Promise<void> {
  if (deps.config.runtime === 'containerd') {
    const { startContainerdNodes } = await import('./containerd.ts');
    await startContainerdNodes(life, deps);
    return;
  }
  const nodes = await startSimulatedNodes(deps);
  for (const { nodeName, handler } of nodes) deps.api.kubelets.set(nodeName, handler);
  deps.api.localAddresses.push(simulatedAddresses(nodes, deps.config.clusterCIDR.split(',')));
}
