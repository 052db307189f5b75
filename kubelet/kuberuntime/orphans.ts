/** Ends what runs for pods that the API does not know any more: they went while the kubelet was down. Behaves like upstream pkg/kubelet HandlePodCleanups. */
import type { RuntimeHost } from './host.ts';
import { POD_UID } from './labels.ts';

export async function removeOrphans(known: ReadonlySet<string>, host: RuntimeHost): Promise<void> {
  const { runtime } = host.runtime;
  const isOrphan = (labels: Readonly<Record<string, string>>): boolean => labels[POD_UID] !== undefined && !known.has(labels[POD_UID]);
  for (const { id, labels } of await runtime.listContainers()) if (isOrphan(labels)) await runtime.removeContainer(id);
  for (const { id, labels } of await runtime.listPodSandbox()) {
    if (!isOrphan(labels)) continue;
    await runtime.stopPodSandbox(id);
    await runtime.removePodSandbox(id);
    await host.files.remove(host.podDir(labels[POD_UID] ?? ''));
  }
}
