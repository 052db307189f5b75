/** Starts the built `k8ts` as a process of its own: conformance speaks to a cluster over the wire only. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface StartedCluster {
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** The built program, beside this file's own build. */
const PROGRAM = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'cmd', 'k8ts.js');

function untilReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const read = (chunk: Buffer): void => {
      seen += chunk.toString();
      if (/^ready in \d+ ms/m.test(seen)) resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => reject(new Error(`the cluster ended with ${code} before it was ready: ${seen.trim().split('\n').at(-1) ?? ''}`)));
  });
}

/** A cluster on free ports with an empty store in memory; everything it wrote is removed by `stop`. */
export async function startSimulatedCluster(nodes: number, extra: readonly string[] = []): Promise<StartedCluster> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-conformance-'));
  const child = spawn(process.execPath, [PROGRAM, 'up', '--storage', 'memory', '--runtime', 'simulated', '--port', '0', '--nodes', String(nodes), '--data-dir', dir, ...extra], { stdio: ['ignore', 'pipe', 'pipe'] });
  await untilReady(child);
  return {
    kubeconfig: join(dir, 'admin.kubeconfig'),
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => {
          rmSync(dir, { recursive: true, force: true });
          resolve();
        });
        child.kill('SIGTERM');
      }),
  };
}
