/** Starts the nodes of this process on the runtime that was asked for, and tells the API server how to reach their kubelets. */
import type { Lifecycle } from '../../component-base/lifecycle.ts';
import type { NodesDeps } from './deps.ts';
import { startSimulatedNodes } from './simulated.ts';

export async function startNodes(life: Lifecycle, deps: NodesDeps): Promise<void> {
  if (deps.config.runtime === 'containerd') {
    const { startContainerdNodes } = await import('./containerd.ts');
    await startContainerdNodes(life, deps);
    return;
  }
  for (const [name, kubelet] of await startSimulatedNodes(deps)) deps.api.kubelets.set(name, kubelet.handler);
}
