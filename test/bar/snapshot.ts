/**
 * `npm run bar:snapshot`: a cluster on lmdb moves into etcd 3.6 and back by snapshots, one of them saved while it was written to: every key keeps its value to the byte, the
 * clusters on the other stores answer every read alike, and what was acknowledged before a save began is in it, without a gap. Needs upstream's etcd (PEERS_BIN).
 */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '../../apimachinery/types/core.gen.ts';
import { transportFromKubeconfig } from '../../client/kubeconfig.ts';
import { newClient } from '../../client/rest.ts';
import { BackupReader } from '../../storage/backup.ts';
import { TestEtcd } from '../../storage/etcd/testing.ts';
import { Kubectl } from '../harness/kubectl.ts';
import { WEB_APPLICATION } from '../harness/manifests.ts';
import { k8ts, programPath, startProgram } from '../harness/program.ts';
import { differences } from './moving/compare.ts';
import { takeInventory, type Inventory } from './moving/inventory.ts';
import { Reader, type Json } from './moving/reader.ts';
import { writeDuring, gapsOf, type Written } from './snapshot/writing.ts';
import { bar, peer } from './setting.ts';

/** The same for all, for objects name it. */
const PORT = 29_843;
const ALONE = ['--components', 'apiserver', '--nodes', '0'];
const SHOWN = 10;

async function ran(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await k8ts('snapshot', ...args);
  if (code !== 0) throw new Error(`k8ts snapshot ${args.join(' ')}: ${stderr}`);
  console.log(stdout.trim());
  return stdout;
}

/** Runs a cluster, hands over its kubeconfig, stops it. */
async function withCluster<T>(dir: string, args: readonly string[], use: (kubeconfig: string) => Promise<T>): Promise<T> {
  const server = await startProgram(programPath(), ['up', '--data-dir', dir, '--port', String(PORT), ...args], 'kubectl get nodes');
  try {
    return await use(join(dir, 'admin.kubeconfig'));
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

function check(what: string, wrong: readonly string[]): void {
  console.log(`${wrong.length === 0 ? 'passed' : 'FAILED'}: ${what}`);
  for (const line of wrong.slice(0, SHOWN)) console.log(`  ${line}`);
  if (wrong.length > 0) process.exitCode = 1;
}

function compareValues(what: string, a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): void {
  const differ = [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
  check(`${what}: ${a.size} and ${b.size} keys, ${differ.length} differ`, differ);
}

/** Revisions are the store's own. */
function withoutRevisions(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutRevisions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'resourceVersion').map(([name, v]) => [name, withoutRevisions(v)]));
}

/** What an API server alone answers: nothing changes while it is asked. */
function answersOf(dir: string, args: readonly string[]): Promise<Inventory> {
  return withCluster(dir, [...args, ...ALONE], async (kubeconfig) => {
    const transport = transportFromKubeconfig(kubeconfig);
    const inventory = await takeInventory(new Reader(transport));
    await transport.close();
    return new Map([...inventory].filter(([what]) => !what.startsWith('protobuf')).map(([what, answer]) => [what, withoutRevisions(answer)]));
  });
}

function compareAnswers(what: string, a: Inventory, b: Inventory): void {
  const found = differences(a, b);
  check(`${what}: ${a.size} and ${b.size} answers, ${found.length} differ`, found.map(({ what: read, at, was, is }) => `${read} ${at}: was ${JSON.stringify(was)}, is ${JSON.stringify(is)}`));
}

/** Resolves with what was written while the snapshot `file` was saved. */
function saveInUse(dir: string, file: string): Promise<Written> {
  return withCluster(dir, [], async (kubeconfig) => {
    const kubectl = new Kubectl(kubeconfig);
    await kubectl.apply(WEB_APPLICATION);
    await kubectl.run(['rollout', 'status', 'deployment/web', '--timeout=60s']);
    const client = newClient(transportFromKubeconfig(kubeconfig));
    const written = await writeDuring(client.resource(core.ConfigMap), () => ran('save', file, '--data-dir', dir));
    await client.close();
    return written;
  });
}

await bar(async () => {
  const root = mkdtempSync(join(tmpdir(), 'k8ts-moving-'));
  const path = (name: string): string => join(root, name);
  const etcd = await TestEtcd.start({ path: peer('etcd'), version: '3.6' });
  const servers = ['--etcd-servers', etcd.endpoint];
  try {
    const written = await saveInUse(path('first'), path('running'));
    await ran('verify', path('running'));
    await ran('verify', path('first'));
    const keys = [...(await valuesOf(path('running'))).keys()];
    check(`what was saved under load: ${written.before} objects acknowledged before, ${written.all} in all`, gapsOf(written, keys));
    await ran('restore', path('running'), '--data-dir', path('from-running'));
    await ran('verify', path('from-running'));
    const onLmdb = await answersOf(path('first'), []);
    await ran('save', path('a'), '--data-dir', path('first'));
    await ran('restore', path('a'), ...servers, '--bump-revision', '0');
    await ran('save', path('b'), ...servers);
    await ran('restore', path('b'), '--data-dir', path('second'));
    await ran('save', path('c'), '--data-dir', path('second'));
    // The keys of a cluster are not in its store.
    cpSync(join(path('first'), 'pki'), join(path('second'), 'pki'), { recursive: true });
    const values = await valuesOf(path('a'));
    compareValues('lmdb and etcd', values, await valuesOf(path('b')));
    compareValues('lmdb, and lmdb by way of etcd', values, await valuesOf(path('c')));
    compareAnswers('served from lmdb and from etcd', onLmdb, await answersOf(path('first'), ['--storage', 'etcd', ...servers]));
    compareAnswers('served from lmdb, and from lmdb by way of etcd', onLmdb, await answersOf(path('second'), []));
  } finally {
    await etcd.remove();
    rmSync(root, { recursive: true, force: true });
  }
});
