/** `k8ts down`: asks the cluster of a data directory to stop and waits until it has. */
import { realClock } from '../component-base/clock.ts';
import { isAlive } from '../cluster/data-dir.ts';
import { DATA_DIR_FLAGS } from './flags.ts';
import { dataDirOf, parseFlags } from './command.ts';

const PATIENCE_MS = 60_000;

export async function run(argv: readonly string[]): Promise<number> {
  const flags = parseFlags('down', DATA_DIR_FLAGS, argv, 'Stop the cluster. Its state stays in the data directory.');
  if (!flags) return 0;
  const dir = dataDirOf(flags);
  const pid = dir.ownerPid();
  if (pid === undefined || !isAlive(pid)) {
    console.log(`no cluster is running in ${dir.path}`);
    return 0;
  }
  process.kill(pid, 'SIGTERM');
  const end = realClock.monotonic() + PATIENCE_MS;
  while (isAlive(pid) && realClock.monotonic() < end) wait(50);
  if (isAlive(pid)) {
    console.error(`k8ts: process ${pid} has not stopped within ${PATIENCE_MS / 1000} s; see ${dir.file('k8ts.log')}`);
    return 1;
  }
  console.log(`stopped the cluster of ${dir.path}`);
  return 0;
}

/** Blocks: there is nothing else to do, and a Clock's timer would not keep the process alive. */
function wait(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
