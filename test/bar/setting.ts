/** Where the bars find what is not in the clone: recordings (K8TS_SHARED, default ../shared) and upstream's programs (PEERS_BIN, default ~/.cache/k8ts-peers). */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { programPath, root, startProgram, type Running } from '../harness/program.ts';

export class Missing extends Error {
  override readonly name = 'Missing';
}

/** A path below K8TS_SHARED; throws Missing with what to do. */
export function shared(...parts: readonly string[]): string {
  const base = resolve(process.env['K8TS_SHARED'] ?? join(root, '..', 'shared'));
  const path = join(base, ...parts);
  if (!existsSync(path)) throw new Missing(`${path} is missing: set K8TS_SHARED to the folder that holds oracle, bench and peers`);
  return path;
}

/** One of upstream's programs. */
export function peer(name: string): string {
  const dir = process.env['PEERS_BIN'] ?? join(homedir(), '.cache', 'k8ts-peers');
  const path = join(dir, name);
  if (!existsSync(path)) throw new Missing(`${path} is missing: build it with peers/build.sh ${name}, or set PEERS_BIN`);
  return path;
}

export interface BarCluster {
  readonly kubeconfig: string;
  readonly pid: number;
  readonly dir: string;
  stop(): Promise<void>;
}

/** `k8ts up ARGS` on a free port with a data directory of its own. */
export async function startBarCluster(...args: readonly string[]): Promise<BarCluster> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-bar-'));
  const running: Running = await startProgram(programPath(), ['up', '--data-dir', dir, '--port', '0', ...args], 'kubectl get nodes');
  return {
    kubeconfig: join(dir, 'admin.kubeconfig'),
    pid: running.child.pid ?? 0,
    dir,
    async stop() {
      running.child.kill('SIGTERM');
      await running.ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Runs a program with its output shown; resolves with its exit code. */
export function show(program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(program, [...args], { stdio: ['ignore', 'inherit', 'inherit'], env: { ...process.env, ...env } });
    child.once('error', fail);
    child.once('close', (code) => done(code ?? 1));
  });
}

/** Runs a bar: says what is missing instead of failing obscurely. */
export async function bar(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Missing)) throw error;
    console.error(error.message);
    process.exitCode = 2;
  }
}
