/**
 * `npm run bar:ha [-- --namespaces]`: three servers of k8ts, whose clocks differ, on three members of etcd; each member and each server in turn is frozen (SIGSTOP) for a while and
 * killed (SIGKILL), and the servers' clocks jump, under load from 20 clients that create, change and delete. Every acknowledged write must count, every informer must be told of every
 * change once, one leader acts at a time, and every writer goes on within 15 s. Then two members stop: what is left refuses writes and consistent reads, and serves others from its cache.
 * With --namespaces (root) each server and its member stand in a network namespace of their own, and are cut off, too, both ways and one way. Needs upstream's etcd 3.6 (PEERS_BIN).
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as apps from '../../apimachinery/types/apps.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { Client } from '../../client/interface.ts';
import { deployment, keepBusy, REPLICAS } from './ha/busy.ts';
import { loopback, numbers, type Ground, type Partition } from './ha/ground.ts';
import { inform, wronglyTold, type Told } from './ha/informed.ts';
import { actsOf, judge, LEASES } from './ha/leaders.ts';
import { clientOf, wait, Writers, wrongWith } from './ha/load.ts';
import { MinorityServer } from './ha/minority.ts';
import { namespaces, runInNamespaces } from './ha/namespaces.ts';
import { apiServers, auditLogOf, dataDirOf, etcdMembers, serverUrl, type Part } from './ha/processes.ts';
import { Result } from './ha/result.ts';
import { SKEW_MS } from './ha/skewed.ts';
import { bar, peer } from './setting.ts';

const WRITERS = 20;
const FROZEN_MS = Number(process.env['FROZEN_MS'] ?? 12_000);
const SETTLE_MS = 4000;
const BOUND_MS = 15_000;

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
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** The three machines, and clients of each server alone and of all. */
interface Site {
  readonly ground: Ground;
  readonly dir: string;
  readonly members: readonly Part[];
  readonly servers: readonly Part[];
  readonly direct: readonly Client[];
  readonly client: Client;
  clientPreferring(server: number): Client;
}

async function start(ground: Ground, dir: string, members: readonly Part[], servers: readonly Part[]): Promise<Site> {
  const kubeconfig = join(dataDirOf(dir, 0), 'admin.kubeconfig');
  const urls = numbers.map((i) => serverUrl(ground, i));
  console.log(`on ${ground.name}: servers at ${urls.join(', ')}`);
  for (const member of members) member.start();
  await wait(2000);
  servers[0]?.start();
  await until('the first server has made its keys and is ready', async () => existsSync(kubeconfig));
  for (const server of servers.slice(1)) server.start();
  const direct = urls.map((url) => clientOf(kubeconfig, [url], 0));
  for (const client of direct) await until('a server is ready', isReady(client));
  return { ground, dir, members, servers, direct, client: clientOf(kubeconfig, urls, 0), clientPreferring: (server) => clientOf(kubeconfig, urls, server) };
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

async function cut(partition: Partition, machine: number): Promise<void> {
  await partition.begin(machine);
  await wait(FROZEN_MS);
  await partition.end(machine);
}

type Disturbance = readonly [what: string, disturb: () => Promise<void>];

function* disturbances({ ground, members, servers, direct }: Site): Generator<Disturbance> {
  for (const [i, member] of members.entries()) {
    yield [`etcd ${i} frozen for ${seconds(FROZEN_MS)}`, () => freeze(member)];
    yield [`etcd ${i} killed`, () => kill(member, () => wait(SETTLE_MS))];
  }
  for (const [i, server] of servers.entries()) {
    yield [`the clock of server ${i} jumps by an hour`, async () => server.signal('SIGUSR2')];
    yield [`server ${i} frozen for ${seconds(FROZEN_MS)}`, () => freeze(server)];
    yield [`server ${i} killed`, () => kill(server, () => until('it is back', isReady(direct[i] as Client)))];
  }
  for (const partition of ground.partitions) {
    for (const i of numbers) yield [`machine ${i} ${partition.name} for ${seconds(FROZEN_MS)}`, () => cut(partition, i)];
  }
}

async function disturbAll(site: Site, writers: Writers, result: Result): Promise<void> {
  for (const [what, disturb] of disturbances(site)) {
    writers.longestPause();
    const before = writers.acknowledged;
    await disturb();
    await wait(SETTLE_MS);
    const pause = writers.longestPause();
    result.check(`${what}: every writer goes on within ${BOUND_MS / 1000} s`, pause < BOUND_MS, `longest pause ${seconds(pause)}, ${writers.acknowledged - before} writes acknowledged meanwhile, load ${loadavg()[0]?.toFixed(1)}`);
  }
}

async function checkWrites(site: Site, writers: Writers, result: Result): Promise<void> {
  const { items } = await site.client.resource(core.ConfigMap).list({ namespace: 'default', labelSelector: 'ha=load' });
  const { create, update, delete: deleted } = writers.counts;
  result.check('every acknowledged write counts', [...writers.impossible, ...wrongWith(writers.objects, items)], `${create} objects created, ${update} changes, ${deleted} deleted, ${items.length} there`);
}

/** The last events may be on their way yet. */
async function checkInformers(writers: Writers, informed: readonly ReadonlyMap<string, Told>[], result: Result): Promise<void> {
  for (const [i, told] of informed.entries()) {
    for (let tries = 0; wronglyTold(writers.objects, told).length > 0 && tries < 20; tries++) await wait(500);
    const changes = [...told.values()].reduce((sum, { counters, deletions }) => sum + counters.length + deletions, 0);
    result.check(`informer ${i} was told of every change once and in order`, wronglyTold(writers.objects, told), `${changes} changes of ${told.size} objects`);
  }
}

function checkLeaders({ dir }: Site, startedAt: number, result: Result): void {
  const acts = actsOf(numbers.map((server) => ({ server, log: auditLogOf(dir, server), skewMs: SKEW_MS[server] ?? 0 })), startedAt);
  for (const lease of LEASES) {
    const { leases = [], writes = [] } = acts.get(lease) ?? {};
    const { usurped, late, byServer, terms, longestRest, longestVacancy } = judge({ leases, writes });
    const counts = [...byServer].toSorted(([a], [b]) => a - b).map(([server, count]) => `${count} by server ${server}`).join(', ');
    result.check(`${lease}: no write was begun by another than the leader`, usurped.map((w) => `server ${w.server} at ${new Date(w.begun).toISOString()}: ${w.what}`), `${terms} terms, ${writes.length} writes: ${counts}; ${late.length} ended in the next term`);
    result.check(`${lease}: a leader acts again within ${BOUND_MS / 1000} s`, longestRest < BOUND_MS, `longest rest ${seconds(longestRest)}; the lease was taken ${seconds(longestVacancy)} after its last write at most`);
  }
}

async function checkDeployments({ client }: Site, result: Result): Promise<void> {
  await client.resource(apps.Deployment).create(deployment('after'));
  const podsOf = async (app: string): Promise<number> => (await client.resource(core.Pod).list({ namespace: 'default', labelSelector: `app=${app}` })).items.length;
  for (const app of ['busy', 'after']) await until(`deployment ${app} has its pods`, async () => (await podsOf(app)) === REPLICAS);
  await wait(2000);
  for (const app of ['busy', 'after']) {
    const pods = await podsOf(app);
    const sets = (await client.resource(apps.ReplicaSet).list({ namespace: 'default', labelSelector: `app=${app}` })).items.length;
    result.check(`deployment "${app}" was acted on by one at a time`, pods === REPLICAS && sets === 1, `${pods} pods, ${sets} replica sets`);
  }
}

/** One member of three is no quorum. */
async function checkMinority({ ground, dir, client, members }: Site, result: Result): Promise<void> {
  await client.resource(core.ConfigMap).create({ metadata: { namespace: 'default', name: 'existing' } });
  for (const member of members.slice(1)) await member.end('SIGKILL');
  const server = new MinorityServer(ground, dir, 0);
  for (const { what, isMet, was } of [await server.untilItKnows(), ...(await server.expectations('existing'))]) result.check(`a minority ${what}`, isMet, was);
  for (const member of members.slice(1)) member.start();
  await until('writes are accepted again', () => client.resource(core.ConfigMap).create({ metadata: { namespace: 'default', generateName: 'majority-' } }).then(() => true), 30_000);
  const there = (await client.resource(core.ConfigMap).list({ namespace: 'default' })).items.filter((m) => m.metadata.name.startsWith('minority-') || m.data?.['changed'] !== undefined);
  result.check('a majority accepts writes again, and nothing was done that the minority refused for want of a leader', there.map((m) => m.metadata.name));
}

async function underLoad(site: Site, stop: AbortController, startedAt: number, result: Result): Promise<void> {
  const idle = new AbortController();
  const busy = keepBusy(site.client, idle.signal);
  const informed = numbers.map((i) => inform(site.clientPreferring(i), stop.signal));
  const writers = new Writers(Array.from({ length: WRITERS }, (_, i) => site.clientPreferring(i)));
  await wait(SETTLE_MS);
  await disturbAll(site, writers, result);
  await writers.stop();
  idle.abort();
  await busy;
  await checkWrites(site, writers, result);
  await checkInformers(writers, informed, result);
  checkLeaders(site, startedAt, result);
}

async function endAll(parts: readonly Part[]): Promise<void> {
  for (const part of parts) {
    part.signal('SIGCONT');
    await part.end('SIGKILL');
  }
}

async function run(ground: Ground): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-ha-'));
  const [members, servers] = [etcdMembers(dir, ground), apiServers(dir, ground)];
  const stop = new AbortController();
  const result = new Result();
  const startedAt = Date.now();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void endAll([...servers, ...members]).then(() => process.exit(130)));
  try {
    const site = await start(ground, dir, members, servers);
    await underLoad(site, stop, startedAt, result);
    await checkDeployments(site, result);
    await checkMinority(site, result);
    console.log(`took ${seconds(Date.now() - startedAt)}`);
  } finally {
    stop.abort();
    await endAll([...servers, ...members]);
    if (process.exitCode === undefined) rmSync(dir, { recursive: true, force: true });
    else console.log(`data and audit logs: ${dir}`);
  }
}

await bar(async () => {
  peer('etcd');
  const [flag, name] = process.argv.slice(2);
  if (flag === '--namespaces') process.exitCode = await runInNamespaces(fileURLToPath(import.meta.url), (own) => ['--within', own]);
  else await run(flag === '--within' && name !== undefined ? namespaces(name) : loopback);
  process.exit(process.exitCode ?? 0);
});
