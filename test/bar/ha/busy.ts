/** Work for the leaders all the time: a deployment that is scaled up and down, on a node that is simulated. */
import * as apps from '../../../apimachinery/types/apps.gen.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { Client } from '../../../client/interface.ts';
import { wait } from './load.ts';

export const REPLICAS = 3;
const EVERY_MS = 1000;

/** Of a Deployment with one container. */
export function deployment(name: string): Parameters<ReturnType<typeof deploymentsOf>['create']>[0] {
  return { metadata: { namespace: 'default', name }, spec: { replicas: REPLICAS, selector: { matchLabels: { app: name } }, template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'c', image: 'i' }] } } } };
}

const deploymentsOf = (client: Client) => client.resource(apps.Deployment);

/** Resolves when it has been told to stop; leaves the deployment `busy` with REPLICAS. */
export async function keepBusy(client: Client, signal: AbortSignal): Promise<void> {
  const resources = { cpu: '100', memory: '100Gi', pods: '1000' };
  await client.resource(core.Node).create({ metadata: { name: 'simulated' }, status: { capacity: resources, allocatable: resources } });
  await deploymentsOf(client).create(deployment('busy'));
  for (let i = 0; !signal.aborted; i++) {
    await wait(EVERY_MS);
    await scaleTo(client, i % 2 === 0 ? REPLICAS + 2 : REPLICAS);
  }
  while (!(await scaleTo(client, REPLICAS))) await wait(EVERY_MS);
}

/** False when no server could be asked, or nobody knows: another try does no harm. */
function scaleTo(client: Client, replicas: number): Promise<boolean> {
  const scaled = deploymentsOf(client).patch({ namespace: 'default', name: 'busy' }, { type: 'merge', body: { spec: { replicas } } });
  return scaled.then(() => true, () => false);
}
