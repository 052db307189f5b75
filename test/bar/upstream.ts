/** Upstream's own servers beside ours: etcd and kube-apiserver, or all four processes of a control plane (peers/reference.sh). */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../harness/kubectl.ts';
import { peer, shared } from './setting.ts';

export interface Server {
  readonly kubeconfig: string;
  readonly pids: readonly number[];
  stop(): Promise<void>;
}

export interface ControlPlane extends Server {
  /** A file of its folder: `kcm.log`, `apiserver.log`, … */
  file(name: string): string;
}

/** The script takes this many ports from the one it is given. */
const PORTS = 5;

function isFree(port: number): Promise<boolean> {
  return new Promise((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
}

/** The first of a range of free ports, at or above the one given. */
async function freePorts(from: number): Promise<number> {
  for (let i = 0; i < PORTS; i++) if (!(await isFree(from + i))) return freePorts(from + i + 1);
  return from;
}

const isAlive = async (pid: number): Promise<boolean> => (await run('kill', ['-0', String(pid)])).code === 0;

/** SIGTERM, and waits until it is gone. */
export async function end(pid: number): Promise<void> {
  if (await isAlive(pid)) process.kill(pid, 'SIGTERM');
  while (await isAlive(pid)) await new Promise((done) => setTimeout(done, 100));
}

/** Resolves when its API server is ready, on `port` or above. `env`: commands that stand in for upstream's programs (KUBE_APISERVER, …). */
export async function startUpstream(port: number, wholeControlPlane = false, env: Readonly<Record<string, string>> = {}): Promise<ControlPlane> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-reference-'));
  const first = await freePorts(port);
  const child = spawn('bash', [shared('peers', 'reference.sh'), dir, String(first), ...(wholeControlPlane ? ['-a'] : [])], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, ...env } });
  await new Promise<void>((done, fail) => child.once('exit', (code) => (code === 0 ? done() : fail(new Error('upstream did not start')))));
  const names = [...(wholeControlPlane ? ['sched', 'kcm'] : []), 'apiserver', 'etcd'];
  const pids = names.map((name) => Number(readFileSync(join(dir, `${name}.pid`), 'utf8')));
  return {
    kubeconfig: join(dir, 'admin.kubeconfig'),
    pids,
    file: (name) => join(dir, name),
    async stop() {
      for (const pid of pids) await end(pid);
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export interface Etcd {
  readonly endpoint: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Upstream's etcd with the options that it has beside upstream's API server (peers/reference.sh), on `port` or above, its data in `dir`. */
export async function startEtcd(dir: string, port: number): Promise<Etcd> {
  const first = await freePorts(port);
  const [client, peers] = [`http://127.0.0.1:${first}`, `http://127.0.0.1:${first + 1}`];
  const args = ['--data-dir', join(dir, 'etcd'), '--listen-client-urls', client, '--advertise-client-urls', client, '--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers, '--initial-cluster', `default=${peers}`, '--log-level', 'error'];
  const child = spawn(peer('etcd'), args, { stdio: 'ignore' });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = (): Promise<void> => {
    child.kill('SIGTERM');
    return gone;
  };
  return { endpoint: client, pid: child.pid ?? 0, stop };
}
