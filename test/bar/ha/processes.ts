/** Three members of etcd and three servers of k8ts, one of each on a machine, each of which may be frozen or killed and started again. */
import type { ChildProcess } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { programPath } from '../../harness/program.ts';
import { peer } from '../setting.ts';
import { numbers, type Ground } from './ground.ts';
import { SKEW_MS } from './skewed.ts';

const PORT = 30_443;
const ETCD_PORT = 30_379;
const ETCD_PEER_PORT = 30_382;
/** All that etcd listens on, as nft writes a range. */
export const ETCD_PORTS = `${ETCD_PORT}-${ETCD_PEER_PORT + 2}`;

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

const etcdUrl = (ground: Ground, i: number, port: number): string => `http://${ground.addressOf(i)}:${port + i}`;
export const serverUrl = (ground: Ground, i: number): string => `https://${ground.addressOf(i)}:${PORT + i}`;

export function etcdMembers(dir: string, ground: Ground): Part[] {
  const cluster = numbers.map((i) => `m${i}=${etcdUrl(ground, i, ETCD_PEER_PORT)}`).join(',');
  return numbers.map((i) => new Part(`etcd ${i}`, () => {
    const [clients, peers] = [etcdUrl(ground, i, ETCD_PORT), etcdUrl(ground, i, ETCD_PEER_PORT)];
    return ground.spawn(i, peer('etcd'), [
      '--name', `m${i}`, '--data-dir', join(dir, `etcd-${i}`), '--listen-client-urls', clients, '--advertise-client-urls', clients, '--listen-peer-urls', peers,
      '--initial-advertise-peer-urls', peers, '--initial-cluster', cluster, '--initial-cluster-token', 'ha', '--log-level', 'error',
    ], { stdio: 'ignore' });
  }));
}

export const dataDirOf = (dir: string, i: number): string => join(dir, `server-${i}`);
/** What server i was asked and answered. */
export const auditLogOf = (dir: string, i: number): string => join(dir, `audit-${i}.log`);

const preload = fileURLToPath(new URL('./skewed.js', import.meta.url));

/** Each has a data directory of its own with the first one's keys, and a clock that differs. Members are named from its own on, so that not all lean on the same. */
export function apiServers(dir: string, ground: Ground): Part[] {
  return numbers.map((i) => {
    const own = dataDirOf(dir, i);
    const members = numbers.map((k) => etcdUrl(ground, (k + i) % numbers.length, ETCD_PORT)).join(',');
    const args = ['--data-dir', own, '--port', String(PORT + i), '--bind-address', ground.addressOf(i), '--storage', 'etcd', '--etcd-servers', members, '--components', 'apiserver,controllers,scheduler', '--nodes', '0', '--audit-log-path', auditLogOf(dir, i)];
    return new Part(`server ${i}`, () => {
      if (i > 0 && !existsSync(join(own, 'pki'))) cpSync(join(dataDirOf(dir, 0), 'pki'), join(own, 'pki'), { recursive: true });
      return ground.spawn(i, process.execPath, ['--import', preload, programPath(), 'up', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, K8TS_HA_SKEW_MS: String(SKEW_MS[i]) } });
    });
  });
}
