/** `npm run bench:start`: how long a user waits. Medians of 10: the built program to its first `kubectl get namespaces`, startCluster() on the memory store, reset(). */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '../../apimachinery/types/core.gen.ts';
import { startCluster } from '../../cluster/index.ts';
import { Kubectl } from '../harness/kubectl.ts';
import { programPath, startProgram } from '../harness/program.ts';

const RUNS = 10;
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const report = (what: string, values: readonly number[]): void =>
  console.log(`${what}: median ${median(values).toFixed(0)} ms (${Math.min(...values).toFixed(0)}-${Math.max(...values).toFixed(0)})`);

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Tries until the API answers, as a user's script does. */
async function firstAnswer(dir: string): Promise<void> {
  const kubectl = new Kubectl(join(dir, 'admin.kubeconfig'));
  while ((await kubectl.mayFail(['get', 'namespaces'])).code !== 0) continue;
}

async function program(storage: string): Promise<number> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-start-'));
  const start = performance.now();
  const running = await startProgram(programPath(), ['up', '--data-dir', dir, '--port', '0', '--storage', storage], 'kubectl get nodes');
  await firstAnswer(dir);
  const took = performance.now() - start;
  running.child.kill('SIGTERM');
  await running.ended;
  rmSync(dir, { recursive: true, force: true });
  return took;
}

async function inProcess(): Promise<void> {
  const starts: number[] = [];
  const resets: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const begin = performance.now();
    const cluster = await startCluster();
    starts.push(performance.now() - begin);
    for (let n = 0; n < 200; n++) await cluster.client.resource(core.ConfigMap).create({ metadata: { namespace: 'default', name: `m${n}` } });
    resets.push(await timed(() => cluster.reset()));
    await cluster.stop();
  }
  report('startCluster() on the memory store', starts);
  report('reset() of 200 objects', resets);
}

for (const storage of ['lmdb', 'memory']) {
  const runs: number[] = [];
  for (let i = 0; i < RUNS; i++) runs.push(await program(storage));
  report(`k8ts up --storage ${storage} to the first kubectl get namespaces`, runs);
}
await inProcess();
