/**
 * `npm run bench:idle [-- --minutes 1 --nodes 1 --alone]`: memory (RssAnon + RssShmem), CPU and store file of a cluster with simulated nodes that nobody uses, a row a minute;
 * upstream's four processes beside it where they are at hand, unless --alone.
 */
import { parseArgs } from 'node:util';
import { join } from 'node:path';
import { Missing, peer, startBarCluster } from '../bar/setting.ts';
import { startUpstream } from '../bar/upstream.ts';
import { cpuSeconds, diskBytes, memoryMb } from './process-usage.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, nodes: { type: 'string', default: '1' }, alone: { type: 'boolean', default: false } } });
const minutes = Number(values.minutes);
const SETTLE_MS = 10_000;
const MINUTE_MS = 60_000;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** `store`: the folder of its files. */
async function measure(what: string, pids: readonly number[], store?: string): Promise<void> {
  await wait(SETTLE_MS);
  console.log(`${what}\n| minute | MB | % of a core | store kB |\n|---|---|---|---|`);
  const first = cpuSeconds(pids);
  let before = first;
  for (let minute = 0; minute <= minutes; minute++) {
    if (minute > 0) await wait(MINUTE_MS);
    const now = cpuSeconds(pids);
    console.log(`| ${minute} | ${memoryMb(pids).toFixed(1)} | ${(((now - before) / 60) * 100).toFixed(2)} | ${store === undefined ? '' : (diskBytes(store) / 1024).toFixed(0)} |`);
    before = now;
  }
  console.log(`in all: ${(((before - first) / (minutes * 60)) * 100).toFixed(2)} % of a core\n`);
}

const cluster = await startBarCluster('--nodes', values.nodes);
await measure(`k8ts with ${values.nodes} simulated nodes`, [cluster.pid], join(cluster.dir, 'store'));
await cluster.stop();
try {
  if (values.alone) throw new Missing('it was not asked for');
  for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']) peer(name);
  const upstream = await startUpstream(28_443, true);
  await measure("upstream's four processes", upstream.pids);
  await upstream.stop();
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  console.log(`upstream was not measured: ${error.message}`);
}
