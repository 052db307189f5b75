/**
 * `npm run bar:ha`: three servers of k8ts on three members of etcd; each member and each server in turn is frozen (SIGSTOP) for a while and killed (SIGKILL) under load from 20 clients.
 * Nothing acknowledged may be lost, every informer must know everything, one leader acts at a time, and every writer goes on within 15 s. Then two members stop: what is left refuses writes
 * and serves reads from its cache. Needs upstream's etcd 3.6 (PEERS_BIN).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as apps from '../../apimachinery/types/apps.gen.ts';
import * as coordination from '../../apimachinery/types/coordination.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { Client } from '../../client/interface.ts';
import { apiServers, endpointsOf, etcdMembers, numbers, type Part } from './ha/processes.ts';
import { clientOf, inform, Writers, type Informed } from './ha/load.ts';
import { bar, peer } from './setting.ts';

const PORT = 30_443;
const ETCD_PORT = 30_379;
const WRITERS = 20;
const FROZEN_MS = Number(process.env['FROZEN_MS'] ?? 12_000);
const SETTLE_MS = 4000;
const BOUND_MS = 15_000;
const REPLICAS = 3;

const servers = numbers.map((i) => `https://127.0.0.1:${PORT + i}`);
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const LEASES = ['kube-controller-manager', 'kube-scheduler'];

async function until(what: string, holds: () => Promise<boolean>, ms = 60_000): Promise<void> {
  for (const end = Date.now() + ms; Date.now() < end; await wait(200)) {
    try {
      if (await holds()) return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
  }
  throw new Error(`${what}: not within ${ms / 1000} s`);
}

const isReady = (client: Client) => async (): Promise<boolean> => (await client.raw({ method: 'GET', path: '/readyz' })).status === 200;

class Bar {
  readonly #results: string[] = [];

  check(what: string, ok: boolean, detail = ''): void {
    this.#results.push(`${ok ? 'passed' : 'FAILED'}: ${what}${detail === '' ? '' : ` (${detail})`}`);
    console.log(this.#results.at(-1));
    if (!ok) process.exitCode = 1;
  }
}

interface Running {
  readonly result: Bar;
  readonly writers: Writers;
}

async function disturb({ result, writers }: Running, what: string, disturbance: () => Promise<void>): Promise<void> {
  writers.longestPause();
  const before = writers.acknowledged.size;
  await disturbance();
  await wait(SETTLE_MS);
  const pause = writers.longestPause();
  result.check(`${what}: every writer goes on within ${BOUND_MS / 1000} s`, pause < BOUND_MS, `longest pause ${(pause / 1000).toFixed(1)} s, ${writers.acknowledged.size - before} writes acknowledged meanwhile`);
}

async function freeze(part: Part): Promise<void> {
  part.signal('SIGSTOP');
  await wait(FROZEN_MS);
  part.signal('SIGCONT');
}

async function kill(part: Part, isBack: () => Promise<void>): Promise<void> {
  await part.end('SIGKILL');
  await wait(SETTLE_MS);
  part.start();
  await isBack();
}

/** Who holds a lease, each time that changes; a holder may not come back without a new term. */
async function watchLeases(client: Client, signal: AbortSignal, holders: Map<string, string[]>): Promise<void> {
  const leases = client.resource(coordination.Lease);
  while (!signal.aborted) {
    for (const name of LEASES) {
      try {
        const { spec } = await leases.get({ namespace: 'kube-system', name });
        const seen = holders.get(name) ?? [];
        const entry = `${spec.leaseTransitions} ${spec.holderIdentity}`;
        if (spec.holderIdentity && seen.at(-1) !== entry) holders.set(name, [...seen, entry]);
      } catch {
        // A server that is down now is asked again.
        if (signal.aborted) return;
      }
    }
    await wait(200);
  }
}

function leadersAreOneAfterTheOther(terms: readonly string[]): boolean {
  const numbersOfTerms = terms.map((t) => Number(t.split(' ')[0]));
  return numbersOfTerms.every((n, i) => i === 0 || n > (numbersOfTerms[i - 1] ?? 0));
}

/** The last events may be on their way yet. */
async function checkInformers(result: Bar, writers: Writers, informed: readonly Informed[]): Promise<void> {
  const all = [...writers.acknowledged];
  for (const [i, one] of informed.entries()) {
    let missing: readonly string[] = all;
    for (let tries = 0; missing.length > 0 && tries < 20; tries++) {
      const known = one.names();
      missing = all.filter((name) => !known.has(name));
      if (missing.length > 0) await wait(1000);
    }
    const twice = [...one.added].filter(([name, count]) => name.startsWith('w') && count > 1);
    const gone = [...one.deleted].filter((name) => name.startsWith('w'));
    result.check(`informer ${i} was told of every object once`, missing.length + twice.length + gone.length === 0, `${one.added.size} told, ${missing.length} missing, ${twice.length} twice, ${gone.length} gone`);
  }
}

async function checkDeployment(result: Bar, client: Client): Promise<void> {
  await client.resource(apps.Deployment).create({ metadata: { namespace: 'default', name: 'after' }, spec: { replicas: REPLICAS, selector: { matchLabels: { app: 'after' } }, template: { metadata: { labels: { app: 'after' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } } });
  await until('the controllers act', async () => (await client.resource(core.Pod).list({ namespace: 'default', labelSelector: 'app=after' })).items.length === REPLICAS);
  await wait(2000);
  for (const app of ['before', 'after']) {
    const pods = (await client.resource(core.Pod).list({ namespace: 'default', labelSelector: `app=${app}` })).items.length;
    const sets = (await client.resource(apps.ReplicaSet).list({ namespace: 'default', labelSelector: `app=${app}` })).items.length;
    result.check(`deployment "${app}" was acted on by one at a time`, pods === REPLICAS && sets === 1, `${pods} pods, ${sets} replica sets`);
  }
}

/** One member of three is no quorum. */
async function checkMinority(result: Bar, client: Client, members: readonly Part[]): Promise<void> {
  for (const member of members.slice(1)) await member.end('SIGKILL');
  const signal = AbortSignal.timeout(30_000);
  const write = await client.resource(core.ConfigMap).create({ metadata: { namespace: 'default', name: 'minority' } }, { signal } as never).then(() => 'accepted', (error: unknown) => String(error).slice(0, 120));
  result.check('a minority refuses writes', write !== 'accepted', write);
  const { status } = await client.raw({ method: 'GET', path: '/api/v1/namespaces/default/configmaps', query: new URLSearchParams({ resourceVersion: '0', limit: '1' }) });
  result.check('a minority serves reads that need not be newest', status === 200);
  for (const member of members.slice(1)) member.start();
  await until('writes are accepted again', () => client.resource(core.ConfigMap).create({ metadata: { namespace: 'default', generateName: 'majority-' } }).then(() => true), 30_000);
  result.check('a majority accepts writes again', true);
}

async function run(dir: string): Promise<void> {
  const members = etcdMembers(dir, ETCD_PORT);
  const all = apiServers(dir, PORT, ETCD_PORT);
  const stop = new AbortController();
  const result = new Bar();
  const kubeconfig = join(dir, 'server-0', 'admin.kubeconfig');
  try {
    console.log(`etcd at ${endpointsOf(ETCD_PORT)}, servers at ${servers.join(', ')}`);
    for (const member of members) member.start();
    await wait(2000);
    all[0]?.start();
    await until('the first server is ready', async () => isReady(clientOf(kubeconfig, [servers[0] as string], 0))());
    for (const server of all.slice(1)) server.start();
    const direct = servers.map((server) => clientOf(kubeconfig, [server], 0));
    for (const client of direct) await until('a server is ready', isReady(client));
    const client = clientOf(kubeconfig, servers, 0);
    await client.resource(apps.Deployment).create({ metadata: { namespace: 'default', name: 'before' }, spec: { replicas: REPLICAS, selector: { matchLabels: { app: 'before' } }, template: { metadata: { labels: { app: 'before' } }, spec: { containers: [{ name: 'c', image: 'i' }] } } } });
    const holders = new Map<string, string[]>();
    void watchLeases(client, stop.signal, holders);
    const informed = numbers.map((i) => inform(clientOf(kubeconfig, servers, i), stop.signal));
    const writers = new Writers(Array.from({ length: WRITERS }, (_, i) => clientOf(kubeconfig, servers, i)));
    await wait(SETTLE_MS);
    const running = { result, writers };
    for (const [i, member] of members.entries()) {
      await disturb(running, `etcd ${i} frozen for ${FROZEN_MS / 1000} s`, () => freeze(member));
      await disturb(running, `etcd ${i} killed`, () => kill(member, () => wait(SETTLE_MS)));
    }
    for (const [i, server] of all.entries()) {
      await disturb(running, `server ${i} frozen for ${FROZEN_MS / 1000} s`, () => freeze(server));
      await disturb(running, `server ${i} killed`, () => kill(server, () => until('it is back', isReady(direct[i] as Client))));
    }
    await writers.stop();
    const there = new Set((await client.resource(core.ConfigMap).list({ namespace: 'default' })).items.map((m) => m.metadata.name));
    const lost = [...writers.acknowledged].filter((name) => !there.has(name));
    result.check('no acknowledged write is lost', lost.length === 0, `${writers.acknowledged.size} acknowledged, ${lost.length} lost`);
    await checkInformers(result, writers, informed);
    for (const name of LEASES) result.check(`${name}: leaders follow one another`, leadersAreOneAfterTheOther(holders.get(name) ?? []), `${holders.get(name)?.length ?? 0} terms`);
    await checkDeployment(result, client);
    await checkMinority(result, direct[0] as Client, members);
  } finally {
    stop.abort();
    for (const part of [...all, ...members]) {
      part.signal('SIGCONT');
      await part.end('SIGKILL');
    }
    rmSync(dir, { recursive: true, force: true });
  }
}

await bar(async () => {
  peer('etcd');
  await run(mkdtempSync(join(tmpdir(), 'k8ts-ha-')));
  process.exit(process.exitCode ?? 0);
});
