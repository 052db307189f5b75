/** What `k8ts status` shows of a running cluster. */
import * as core from '../apimachinery/types/core.gen.ts';
import { transportFromKubeconfig } from '../client/kubeconfig.ts';
import { newClient } from '../client/rest.ts';

/** A line a node: its name and whether it is ready. */
export async function nodeLines(kubeconfigFile: string): Promise<string[]> {
  const client = newClient(transportFromKubeconfig(kubeconfigFile, { 'user-agent': 'k8ts/status' }));
  try {
    const { items } = await client.resource(core.Node).list();
    return items.map((n) => `  ${n.metadata.name}  ${n.status.conditions?.some((c) => c.type === 'Ready' && c.status === 'True') ? 'Ready' : 'NotReady'}`);
  } finally {
    await client.close();
  }
}
