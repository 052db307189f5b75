/**
 * `npm run bar:history`: long random histories on memory, lmdb (kill -9 of the process) and etcd (kill -9 of one member of one and of three), judged by the model of watches and
 * for linearizability. `node history.js [SEED] [ROUNDS]`; a round is some thousand operations on each. Needs upstream's etcd (PEERS_BIN).
 */
import { setImmediate as turn } from 'node:timers/promises';
import { keepProcessAlive, realClock } from '../../component-base/clock.ts';
import { seededRand } from '../../component-base/rand.ts';
import type { EtcdBinary } from '../../storage/etcd/testing.ts';
import { runHistory, type Verdict } from '../../storage/testing/history/run.ts';
import { etcdTarget, lmdbTarget, memoryTarget, type Target } from '../../storage/testing/history/targets.ts';
import { bar, peer } from './setting.ts';

const etcd = (): EtcdBinary => ({ path: peer('etcd'), version: '3.6' });
const TARGETS: readonly { open(): Promise<Target>; operations: number; kills: number }[] = [
  { open: memoryTarget, operations: 20_000, kills: 20 },
  { open: lmdbTarget, operations: 6000, kills: 30 },
  { open: () => etcdTarget(etcd(), 1), operations: 3000, kills: 30 },
  { open: () => etcdTarget(etcd(), 3), operations: 2000, kills: 20 },
];

function lineOf(name: string, verdict: Verdict, seconds: number): string {
  const { operations, unknown, changes, compactions, kills, sessions, told, lists, problems } = verdict;
  const work = `${operations} operations (${unknown} of unknown outcome), ${changes} changes, ${lists} lists, ${told} events told in ${sessions} sessions`;
  return `${name}: ${work}; ${compactions} compactions, ${kills} kills; ${Math.round(seconds)} s; ${problems.length} problems`;
}

async function record({ open, operations, kills }: (typeof TARGETS)[number], seed: number): Promise<number> {
  const target = await open();
  const started = realClock.monotonic();
  try {
    const verdict = await runHistory({ target, rand: seededRand(seed), operations, kills, turn });
    console.log(lineOf(target.name, verdict, (realClock.monotonic() - started) / 1000));
    for (const problem of verdict.problems.slice(0, 10)) console.log(`  seed ${seed}: ${problem}`);
    return verdict.problems.length;
  } finally {
    await target.close();
  }
}

await bar(async () => {
  const alive = keepProcessAlive();
  const [seed = '1', rounds = '1'] = process.argv.slice(2);
  let problems = 0;
  for (let round = 0; round < Number(rounds); round++) for (const target of TARGETS) problems += await record(target, Number(seed) + round);
  alive.stop();
  if (problems > 0) process.exitCode = 1;
});
