/**
 * `npm run bar:apibench [-- [--storage lmdb|etcd] [N [PHASES [SECONDS]]]]` (lmdb, 2000, all, 4 s of each timed phase): CPU per operation beside upstream's kube-apiserver with etcd 3.6, in one run, alternating (A B A B). Same TLS, RBAC, objects and client;
 * etcd's process counts on whichever side uses it.
 * Needs Go for the load generator (K8TS_SHARED/bench) and upstream's programs (PEERS_BIN).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../harness/kubectl.ts';
import { bar, peer, shared, startBarCluster } from './setting.ts';
import { startEtcd, startUpstream, type Server } from './upstream.ts';

interface Phase {
  readonly phase: string;
  readonly cpu_s_per_1k: number;
  readonly ops_s: number;
  readonly p99_ms: number;
  readonly rss_mb: number;
  readonly ops: number;
  /** Of the watch phase. */
  readonly writes?: number;
  /** Of lists. */
  readonly first_byte_ms?: number;
}
const { values, positionals } = parseArgs({ options: { storage: { type: 'string', default: 'lmdb' } }, allowPositionals: true });
const [n = '2000', asked = 'create,get,list,listpaged,listnone,update,patch,apply,lease,watch,watchlist,delete', seconds = '4'] = positionals;
const ROUNDS = 2;
/** A phase of lists tells the first byte of its first one only. */
const LIST_PHASES = 3;
const phases = asked.split(',').flatMap((phase) => (phase === 'list' ? Array<string>(LIST_PHASES).fill(phase) : [phase]));

async function ours(): Promise<Server> {
  if (values.storage === 'etcd') return oursOnEtcd();
  const cluster = await startBarCluster('--storage', values.storage, '--components', 'apiserver');
  return { kubeconfig: cluster.kubeconfig, pids: [cluster.pid], stop: () => cluster.stop() };
}

async function oursOnEtcd(): Promise<Server> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-apibench-etcd-'));
  const etcd = await startEtcd(dir, 27453);
  const cluster = await startBarCluster('--storage', 'etcd', '--etcd-servers', etcd.endpoint, '--components', 'apiserver');
  return {
    kubeconfig: cluster.kubeconfig,
    pids: [cluster.pid, etcd.pid],
    async stop() {
      await cluster.stop();
      await etcd.stop();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

async function upstream(): Promise<Server> {
  return startUpstream(27443);
}

/** Watches of a quiet stream, by their number: what a delivery costs is the difference. */
const WATCHERS = [1, 300] as const;
const QUIET = ['-n', '10', '-s', '6', '-rate', '60', '-phases', 'watch'];

async function measure(program: string, start: () => Promise<Server>): Promise<Phase[]> {
  const server = await start();
  const ask = async (...options: string[]): Promise<Phase[]> => {
    const ran = await run(program, ['-kubeconfig', server.kubeconfig, '-pids', server.pids.join(','), ...options], { timeoutMs: 900_000 });
    if (ran.code !== 0) throw new Error(`the load generator failed: ${ran.stderr}`);
    return ran.stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Phase);
  };
  try {
    const measured = await ask('-n', n, '-s', seconds, '-phases', phases.join(','));
    if (phases.includes('watch')) {
      for (const watchers of WATCHERS) for (const phase of await ask(...QUIET, '-watchers', String(watchers))) measured.push({ ...phase, phase: `watch by ${watchers}` });
    }
    return measured;
  } finally {
    await server.stop();
  }
}

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

function table(a: readonly Phase[][], b: readonly Phase[][]): string {
  const names = [...new Set(a.flat().map((p) => p.phase))];
  const of = (runs: readonly Phase[][], phase: string, field: keyof Phase): number => mean(runs.flat().filter((p) => p.phase === phase).map((p) => Number(p[field])));
  const rows = names.map((name) => {
    const [x, y] = [of(a, name, 'cpu_s_per_1k'), of(b, name, 'cpu_s_per_1k')];
    const cells = [x.toFixed(3), y.toFixed(3), (x / y).toFixed(2), of(a, name, 'ops_s').toFixed(0), of(b, name, 'ops_s').toFixed(0), of(a, name, 'p99_ms').toFixed(1), of(b, name, 'p99_ms').toFixed(1), of(a, name, 'rss_mb').toFixed(0), of(b, name, 'rss_mb').toFixed(0)];
    return `| ${name} | ${cells.join(' | ')} |`;
  });
  return `| phase | k8ts CPU s per 1,000 | upstream | ratio | k8ts ops/s | upstream | k8ts p99 ms | upstream | k8ts MB | upstream |\n|---|---|---|---|---|---|---|---|---|---|\n${rows.join('\n')}`;
}

/** Milliseconds of CPU of one write that all watchers are told. */
function writeMs(runs: readonly Phase[][], phase: string): number {
  return mean(runs.flat().filter((p) => p.phase === phase).map((p) => (p.cpu_s_per_1k * p.ops) / Math.max(1, p.writes ?? 0)));
}

const deliveryMicros = (runs: readonly Phase[][]): number => ((writeMs(runs, `watch by ${WATCHERS[1]}`) - writeMs(runs, `watch by ${WATCHERS[0]}`)) * 1000) / (WATCHERS[1] - WATCHERS[0]);

function median(values: readonly number[]): number {
  const sorted = values.toSorted((x, y) => x - y);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** What the table does not say: the cost of a write and of a delivery, the time of lists. */
function lines(a: readonly Phase[][], b: readonly Phase[][]): string {
  const has = (phase: string): boolean => phases.includes(phase);
  const line = (what: string, of: (runs: readonly Phase[][]) => number): string => {
    const rounds = a.map((ours, i) => (of([ours]) / of([b[i] ?? []])).toFixed(2));
    return `${what}: ${of(a).toFixed(2)} against ${of(b).toFixed(2)}, ratio ${(of(a) / of(b)).toFixed(2)} (rounds ${rounds.join(', ')})`;
  };
  const all = (runs: readonly Phase[][], phase: string): Phase[] => runs.flat().filter((p) => p.phase === phase);
  return [
    ...(has('watch') ? [line('ms of CPU of a write with 100 watchers', (runs) => writeMs(runs, 'watch')), ...WATCHERS.map((w) => line(`ms of CPU of a write with ${w}`, (runs) => writeMs(runs, `watch by ${w}`))), line('µs of CPU of one delivery', deliveryMicros)] : []),
    ...(has('list') ? [line('ms to the first byte of a list, median', (runs) => median(all(runs, 'list').map((p) => p.first_byte_ms ?? 0)))] : []),
    ...(has('watchlist') ? [line('s of 20 watch-lists at once', (runs) => mean(all(runs, 'watchlist').map((p) => p.ops / p.ops_s)))] : []),
  ].join('\n');
}

await bar(async () => {
  for (const name of ['etcd', 'kube-apiserver']) peer(name);
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-apibench-'));
  const program = join(dir, 'apibench');
  execFileSync('go', ['build', '-o', program, '.'], { cwd: shared('bench'), stdio: 'inherit', env: { ...process.env, GOFLAGS: '-buildvcs=false' } });
  const [a, b]: [Phase[][], Phase[][]] = [[], []];
  for (let round = 0; round < ROUNDS; round++) {
    a.push(await measure(program, ours));
    b.push(await measure(program, upstream));
  }
  console.log(table(a, b));
  console.log(lines(a, b));
  rmSync(dir, { recursive: true, force: true });
});
