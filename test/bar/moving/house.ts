/** A cluster's etcd and the one API server that lives on it: upstream's or ours, one after the other on the same data, with the same flags and keys (peers/reference.sh). */
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transportFromKubeconfig } from '../../../client/kubeconfig.ts';
import { programPath } from '../../harness/program.ts';
import { end } from '../upstream.ts';
import { peer, shared } from '../setting.ts';
import { Reader } from './reader.ts';

export type Tenant = 'upstream' | 'k8ts';

export interface House {
  readonly tenant: Tenant;
  readonly kubeconfig: string;
  readonly reader: Reader;
  /** What etcdctl prints. */
  etcdctl(args: readonly string[], input?: Uint8Array): Buffer;
  /** Stops the server, then etcd. The data stays. */
  leave(): Promise<void>;
}

const command = (tenant: Tenant): string => (tenant === 'upstream' ? peer('kube-apiserver') : `${process.execPath} ${programPath('kube-apiserver')}`);

/** Resolves when the server is ready. */
export async function moveIn(tenant: Tenant, dir: string, port: number): Promise<House> {
  const env = { ...process.env, KUBE_APISERVER: command(tenant), RECONCILER: 'lease' };
  const child = spawn('bash', [shared('peers', 'reference.sh'), dir, String(port)], { stdio: ['ignore', 'ignore', 'inherit'], env });
  const leave = async (): Promise<void> => {
    for (const name of ['apiserver', 'etcd']) await end(Number(readFileSync(join(dir, `${name}.pid`), 'utf8')));
  };
  const code = await new Promise<number | null>((done) => child.once('exit', done));
  if (code !== 0) {
    await leave();
    throw new Error(`${tenant} did not start`);
  }
  const kubeconfig = join(dir, 'admin.kubeconfig');
  const transport = transportFromKubeconfig(kubeconfig);
  return {
    tenant,
    kubeconfig,
    reader: new Reader(transport),
    etcdctl: (args, input) => execFileSync(peer('etcdctl'), ['--endpoints', `127.0.0.1:${port + 1}`, ...args], { ...(input && { input }), maxBuffer: 1 << 28 }),
    async leave() {
      await transport.close();
      await leave();
    },
  };
}
