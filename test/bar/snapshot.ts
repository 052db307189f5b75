/**
 * `npm run bar:snapshot`: a cluster on lmdb moves into etcd 3.6 and back by snapshots, while it was in use: every key keeps its value to the byte, and the cluster on the
 * other store serves the same objects. Needs upstream's etcd (PEERS_BIN).
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BackupReader } from '../../storage/backup.ts';
import { TestEtcd } from '../../storage/etcd/testing.ts';
import { Kubectl } from '../harness/kubectl.ts';
import { WEB_APPLICATION } from '../harness/manifests.ts';
import { k8ts, programPath, startProgram } from '../harness/program.ts';
import { bar, peer } from './setting.ts';

const KINDS = 'namespaces,nodes,pods,deployments,replicasets,services,endpointslices,configmaps,serviceaccounts,clusterroles,flowschemas';
const UIDS = ['get', KINDS, '-A', '-o', 'jsonpath={range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name} {.metadata.uid}{"\\n"}{end}'];

async function ran(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await k8ts('snapshot', ...args);
  if (code !== 0) throw new Error(`k8ts snapshot ${args.join(' ')}: ${stderr}`);
  console.log(stdout.trim());
  return stdout;
}

/** Runs a cluster, hands it over, stops it. */
async function withCluster<T>(dir: string, args: readonly string[], use: (kubectl: Kubectl) => Promise<T>): Promise<T> {
  const server = await startProgram(programPath(), ['up', '--data-dir', dir, '--port', '0', ...args], 'kubectl get nodes');
  try {
    return await use(new Kubectl(join(dir, 'admin.kubeconfig')));
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
  }
}

async function valuesOf(file: string): Promise<ReadonlyMap<string, string>> {
  const values = new Map<string, string>();
  for await (const { key, value } of (await BackupReader.open([readFileSync(file)])).items()) values.set(key, Buffer.from(value).toString('latin1'));
  return values;
}

function compare(name: string, a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): void {
  const differ = [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
  console.log(`${name}: ${a.size} and ${b.size} keys, ${differ.length} differ`);
  for (const key of differ.slice(0, 10)) console.log(`  ${key}`);
  if (differ.length > 0) process.exitCode = 1;
}

await bar(async () => {
  const root = mkdtempSync(join(tmpdir(), 'k8ts-moving-'));
  const path = (name: string): string => join(root, name);
  const etcd = await TestEtcd.start({ path: peer('etcd'), version: '3.6' });
  const servers = ['--etcd-servers', etcd.endpoint];
  try {
    const uids = await withCluster(path('first'), [], async (kubectl) => {
      await kubectl.apply(WEB_APPLICATION);
      await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=60s']);
      await ran('save', path('running'), '--data-dir', path('first'));
      return kubectl.run(UIDS);
    });
    await ran('verify', path('running'));
    await ran('verify', path('first'));
    await ran('save', path('a'), '--data-dir', path('first'));
    await ran('restore', path('a'), ...servers, '--bump-revision', '0');
    await ran('save', path('b'), ...servers);
    await ran('restore', path('b'), '--data-dir', path('second'));
    await ran('save', path('c'), '--data-dir', path('second'));
    const values = await valuesOf(path('a'));
    compare('lmdb and etcd', values, await valuesOf(path('b')));
    compare('lmdb, and lmdb by way of etcd', values, await valuesOf(path('c')));
    const moved = await withCluster(path('first'), ['--storage', 'etcd', ...servers], (kubectl) => kubectl.run(UIDS));
    const lost = uids.split('\n').filter((line) => !line.startsWith('Pod ') && !moved.includes(line));
    console.log(`objects of the running cluster that the one on etcd does not serve: ${lost.length}`);
    for (const line of lost.slice(0, 10)) console.log(`  ${line}`);
    if (lost.length > 0) process.exitCode = 1;
  } finally {
    await etcd.remove();
    rmSync(root, { recursive: true, force: true });
  }
});
