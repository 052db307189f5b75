/** `npm run bench:idle [-- SECONDS]`: memory (RssAnon + RssShmem) and CPU of a cluster with one simulated node that nobody uses; upstream's four processes beside it where they are at hand. */
import { readFileSync } from 'node:fs';
import { Missing, peer, startBarCluster } from '../bar/setting.ts';
import { startUpstream } from '../bar/upstream.ts';

const seconds = Number(process.argv[2] ?? 60);
const SETTLE_MS = 10_000;

/** kB of a field of /proc/PID/status. */
const status = (pid: number, field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);

/** User and system time in seconds (100 ticks a second). */
function cpu(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function measure(what: string, pids: readonly number[]): Promise<void> {
  await wait(SETTLE_MS);
  const before = sum(pids.map(cpu));
  await wait(seconds * 1000);
  const used = sum(pids.map(cpu)) - before;
  const memory = sum(pids.map((p) => status(p, 'RssAnon') + status(p, 'RssShmem'))) / 1024;
  console.log(`${what}, idle for ${seconds} s: ${memory.toFixed(0)} MB, ${((used / seconds) * 100).toFixed(2)} % of a core`);
}

const cluster = await startBarCluster('--nodes', '1');
await measure('k8ts with one simulated node', [cluster.pid]);
await cluster.stop();
try {
  for (const name of ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler']) peer(name);
  const upstream = await startUpstream(28443, true);
  await measure("upstream's four processes", upstream.pids);
  await upstream.stop();
} catch (error) {
  if (!(error instanceof Missing)) throw error;
  console.log(`upstream was not measured: ${error.message}`);
}
