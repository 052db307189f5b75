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

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (typeof address !== 'object' || !address) throw new Error('no port was given');
  return address.port;
}

export class TestEtcd {
  readonly directory = mkdtempSync(join(tmpdir(), 'k8ts-etcd-'));
  readonly endpoint: string;
  readonly #binary: EtcdBinary;
  readonly #peer: string;
  readonly #extra: readonly string[];
  #process: ChildProcess | undefined;

  private constructor(binary: EtcdBinary, port: number, peerPort: number, extra: readonly string[], scheme: string) {
    this.#binary = binary;
    this.endpoint = `${scheme}://127.0.0.1:${port}`;
    this.#peer = `http://127.0.0.1:${peerPort}`;
    this.#extra = extra;
  }

  /** Starts an empty one. Wait for it by opening a storage. */
  static async start(binary: EtcdBinary, extra: readonly string[] = [], scheme = 'http'): Promise<TestEtcd> {
    const etcd = new TestEtcd(binary, await freePort(), await freePort(), extra, scheme);
    etcd.start();
    return etcd;
  }

  start(): void {
    const { endpoint } = this;
    const client = ['--listen-client-urls', endpoint, '--advertise-client-urls', endpoint];
    const peer = [
      '--listen-peer-urls',
      this.#peer,
      '--initial-advertise-peer-urls',
      this.#peer,
      '--initial-cluster',
      `default=${this.#peer}`,
    ];
    const quick = ['--heartbeat-interval', '10', '--election-timeout', '60', '--log-level', 'error'];
    this.#process = spawn(this.#binary.path, ['--data-dir', join(this.directory, 'data'), ...client, ...peer, ...quick, ...this.#extra], {
      stdio: 'ignore',
    });
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
