/** `npm run bench:idle [-- SECONDS]`: memory (RssAnon + RssShmem) and CPU of a cluster with one simulated node that nobody uses. */
import { readFileSync } from 'node:fs';
import { startBarCluster } from '../bar/setting.ts';

const seconds = Number(process.argv[2] ?? 60);

/** kB of a field of /proc/PID/status. */
const status = (pid: number, field: string): number => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);

/** User and system time in seconds (100 ticks a second). */
function cpu(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const cluster = await startBarCluster('--nodes', '1');
await new Promise((resolve) => setTimeout(resolve, 5000));
const before = cpu(cluster.pid);
await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
const used = cpu(cluster.pid) - before;
const memory = (status(cluster.pid, 'RssAnon') + status(cluster.pid, 'RssShmem')) / 1024;
console.log(`idle for ${seconds} s with one simulated node: ${memory.toFixed(0)} MB, ${((used / seconds) * 100).toFixed(2)} % of a core`);
await cluster.stop();
