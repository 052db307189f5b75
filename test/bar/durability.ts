/**
 * `npm run bar:durability`: a web application on a real etcd 3.6, and kill -9 of the server during writes, on lmdb and on etcd: nothing that was acknowledged may be lost.
 * Needs upstream's etcd (PEERS_BIN).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { missingOf, startWriters } from '../harness/acknowledged.ts';
import { Kubectl } from '../harness/kubectl.ts';
import { WEB_APPLICATION } from '../harness/manifests.ts';
import { programPath, startProgram } from '../harness/program.ts';
import { bar } from './setting.ts';
import { startEtcd } from './upstream.ts';

const PORT = 24379;
const ROUNDS = 3;
const WRITERS = 16;
const WRITE_MS = 3000;

async function application(dir: string, args: readonly string[]): Promise<void> {
  const server = await startProgram(programPath(), ['up', '--data-dir', dir, '--port', '0', ...args], 'kubectl get nodes');
  const kubectl = new Kubectl(join(dir, 'admin.kubeconfig'));
  await kubectl.apply(WEB_APPLICATION);
  console.log((await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=60s'])).trim().split('\n').at(-1));
  await kubectl.run(['wait', '--for=condition=complete', 'job/once', '--timeout=60s']);
  server.child.kill('SIGTERM');
  await server.ended;
}

/** Kills the server during writes, starts it again, counts what is missing. */
async function killed(dir: string, args: readonly string[]): Promise<{ acknowledged: number; missing: number }> {
  const up = ['up', '--data-dir', dir, '--port', '0', '--components', 'apiserver', ...args];
  const first = await startProgram(programPath(), up, 'kubectl get nodes');
  const kubeconfig = join(dir, 'admin.kubeconfig');
  const writers = startWriters(kubeconfig, WRITERS);
  await new Promise((resolve) => setTimeout(resolve, WRITE_MS));
  first.child.kill('SIGKILL');
  await first.ended;
  await writers.ended;
  const second = await startProgram(programPath(), up, 'kubectl get nodes');
  const missing = await missingOf(kubeconfig, writers.acknowledged);
  second.child.kill('SIGTERM');
  await second.ended;
  return { acknowledged: writers.acknowledged.length, missing: missing.length };
}

await bar(async () => {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-durability-'));
  const server = await startEtcd(dir, PORT);
  const etcd = ['--storage', 'etcd', '--etcd-servers', server.endpoint];
  try {
    await application(join(dir, 'application'), etcd);
    for (const [name, args] of [['lmdb', ['--storage', 'lmdb']], ['etcd', etcd]] as const) {
      for (let round = 1; round <= ROUNDS; round++) {
        const { acknowledged, missing } = await killed(join(dir, `${name}-${round}`), [...args, '--etcd-prefix', `/round-${round}`]);
        console.log(`${name}, round ${round}: ${acknowledged} writes acknowledged, ${missing} missing after kill -9`);
        if (missing > 0) process.exitCode = 1;
      }
    }
  } finally {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});
