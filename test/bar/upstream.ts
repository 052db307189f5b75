/** Upstream's own servers beside ours: etcd and kube-apiserver, or all four processes of a control plane (peers/reference.sh). */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../harness/kubectl.ts';
import { shared } from './setting.ts';

export interface Server {
  readonly kubeconfig: string;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

async function end(pid: number): Promise<void> {
  process.kill(pid, 'SIGTERM');
  while ((await run('kill', ['-0', String(pid)])).code === 0) await new Promise((done) => setTimeout(done, 100));
}

/** Resolves when its API server is ready. */
export async function startUpstream(port: number, wholeControlPlane = false): Promise<Server> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-reference-'));
  const child = spawn('bash', [shared('peers', 'reference.sh'), dir, String(port), ...(wholeControlPlane ? ['-a'] : [])], { stdio: ['ignore', 'ignore', 'inherit'] });
  await new Promise<void>((done, fail) => child.once('exit', (code) => (code === 0 ? done() : fail(new Error('upstream did not start')))));
  const names = [...(wholeControlPlane ? ['sched', 'kcm'] : []), 'apiserver', 'etcd'];
  const pids = names.map((name) => Number(readFileSync(join(dir, `${name}.pid`), 'utf8')));
  return {
    kubeconfig: join(dir, 'admin.kubeconfig'),
    pids,
    async stop() {
      for (const pid of pids) await end(pid);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
