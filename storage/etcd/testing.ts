/** An etcd on loopback for tests: found on the PATH, in ETCD_BIN, or where the peers are built. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '../../component-base/clock.ts';
import { EtcdStorage } from './etcd-storage.ts';

export interface EtcdBinary {
  readonly path: string;
  readonly version: string;
}

/** Those that run here, one of each version. */
export function etcdBinaries(): EtcdBinary[] {
  const found = new Map<string, EtcdBinary>();
  for (const path of [process.env['ETCD_BIN'], 'etcd', join(homedir(), '.cache/k8ts-peers/etcd')]) {
    if (!path) continue;
    const { status, stdout } = spawnSync(path, ['--version'], { encoding: 'utf8' });
    const version = /Version: (\S+)/.exec(stdout ?? '')?.[1];
    if (status === 0 && version) found.set(version, { path, version });
  }
  return [...found.values()];
}

/** Below the ports that the system gives out by itself: what is free there stays free until it is used. Each process begins elsewhere. */
const [FIRST_PORT, PORTS] = [20_000, 12_000];
let nextPort = FIRST_PORT + ((process.pid * 97) % PORTS);

async function freePort(): Promise<number> {
  const port = nextPort;
  nextPort = nextPort + 1 < FIRST_PORT + PORTS ? nextPort + 1 : FIRST_PORT;
  const server = createServer();
  const isFree = await new Promise<boolean>((done) => {
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => done(true));
  });
  if (!isFree) return freePort();
  server.close();
  await once(server, 'close');
  return port;
}

interface Member {
  readonly name: string;
  readonly endpoint: string;
  readonly peer: string;
  /** Of all members: `name=peer`, joined by commas. */
  readonly cluster: string;
}

/** One member; most tests need no more. */
export class TestEtcd {
  readonly directory = mkdtempSync(join(tmpdir(), 'k8ts-etcd-'));
  readonly endpoint: string;
  readonly #binary: EtcdBinary;
  readonly #member: Member;
  readonly #extra: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(binary: EtcdBinary, member: Member, extra: readonly string[] = []) {
    this.#binary = binary;
    this.#member = member;
    this.#extra = extra;
    this.endpoint = member.endpoint;
  }

  /** Starts an empty one. Wait for it by opening a storage. */
  static async start(binary: EtcdBinary, extra: readonly string[] = [], scheme = 'http'): Promise<TestEtcd> {
    const [endpoint, peer] = [`${scheme}://127.0.0.1:${await freePort()}`, `http://127.0.0.1:${await freePort()}`];
    const etcd = new TestEtcd(binary, { name: 'default', endpoint, peer, cluster: `default=${peer}` }, extra);
    etcd.start();
    return etcd;
  }

  /** Starts an empty cluster of several. */
  static async startCluster(binary: EtcdBinary, size: number): Promise<TestEtcd[]> {
    const members: Omit<Member, 'cluster'>[] = [];
    for (let i = 0; i < size; i++) {
      members.push({ name: `m${i}`, endpoint: `http://127.0.0.1:${await freePort()}`, peer: `http://127.0.0.1:${await freePort()}` });
    }
    const cluster = members.map(({ name, peer }) => `${name}=${peer}`).join(',');
    const started = members.map((member) => new TestEtcd(binary, { ...member, cluster }));
    for (const etcd of started) etcd.start();
    return started;
  }

  start(): void {
    const { name, endpoint, peer, cluster } = this.#member;
    const client = ['--name', name, '--listen-client-urls', endpoint, '--advertise-client-urls', endpoint];
    const peers = ['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', cluster];
    // A cluster's members share the machine with other tests: its elections must not follow from slowness.
    const [heartbeat, election] = cluster.includes(',') ? ['50', '500'] : ['10', '60'];
    const timing = ['--heartbeat-interval', heartbeat, '--election-timeout', election, '--log-level', 'error'];
    const args = ['--data-dir', join(this.directory, 'data'), ...client, ...peers, ...timing, ...this.#extra];
    this.#process = spawn(this.#binary.path, args, { stdio: 'ignore' });
  }

  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal);
  }

  /** Ends the process, leaving the data. */
  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const process = this.#process;
    if (!process || process.exitCode !== null || process.signalCode !== null) return;
    const exited = once(process, 'exit');
    process.kill(signal);
    await exited;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.directory, { recursive: true });
  }

  open(): Promise<EtcdStorage> {
    return EtcdStorage.open({ endpoints: [this.endpoint], clock: realClock });
  }
}
