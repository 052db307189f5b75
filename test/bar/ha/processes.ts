/** Three members of etcd and three servers of k8ts on loopback ports, each of which may be frozen or killed and started again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { programPath } from '../../harness/program.ts';
import { peer } from '../setting.ts';

export const COUNT = 3;
export const numbers = [0, 1, 2];

export class Part {
  readonly name: string;
  readonly #start: () => ChildProcess;
  #child: ChildProcess | undefined;

  constructor(name: string, start: () => ChildProcess) {
    this.name = name;
    this.#start = start;
  }

  start(): void {
    this.#child = this.#start();
  }

  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** Sends the signal and waits for the end. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill(signal);
    await gone;
  }
}

const url = (port: number): string => `http://127.0.0.1:${port}`;

/** `port`: the first of six. */
export function etcdMembers(dir: string, port: number): Part[] {
  const cluster = numbers.map((i) => `m${i}=${url(port + 3 + i)}`).join(',');
  return numbers.map((i) => new Part(`etcd ${i}`, () => spawn(peer('etcd'), [
    '--name', `m${i}`, '--data-dir', join(dir, `etcd-${i}`), '--listen-client-urls', url(port + i), '--advertise-client-urls', url(port + i), '--listen-peer-urls', url(port + 3 + i),
    '--initial-advertise-peer-urls', url(port + 3 + i), '--initial-cluster', cluster, '--initial-cluster-token', 'ha', '--log-level', 'error',
  ], { stdio: 'ignore' })));
}

export const endpointsOf = (port: number): string => numbers.map((i) => url(port + i)).join(',');

/** Each has a data directory of its own with the first one's keys. Members are named from a different one on, so that not all lean on the same. */
export function apiServers(dir: string, port: number, etcdPort: number): Part[] {
  return numbers.map((i) => {
    const own = join(dir, `server-${i}`);
    const members = numbers.map((k) => url(etcdPort + ((k + i) % COUNT))).join(',');
    return new Part(`server ${i}`, () => {
      if (i > 0 && !existsSync(join(own, 'pki'))) cpSync(join(dir, 'server-0', 'pki'), join(own, 'pki'), { recursive: true });
      return spawn(process.execPath, [programPath(), 'up', '--data-dir', own, '--port', String(port + i), '--storage', 'etcd', '--etcd-servers', members, '--components', 'apiserver,controllers,scheduler', '--nodes', '0'], { stdio: ['ignore', 'ignore', 'inherit'] });
    });
  });
}
