/**
 * `npm run bench:second-core [-- N [SECONDS [ROUNDS]]]` (4000, 6 s of each timed phase, 3): do two API servers on one etcd do more than one on two cores? Two load generators at once, both at one server or
 * each at its own, alternating; what they did in all, and what the servers and etcd spent on it. Needs Go for the load generator (K8TS_SHARED/bench) and upstream's etcd (PEERS_BIN).
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keepProcessAlive, realClock } from '../../component-base/clock.ts';
import { bar, peer, shared } from '../bar/setting.ts';
import { startEtcd } from '../bar/upstream.ts';
import { run, type Ran } from '../harness/kubectl.ts';
import { programPath, startProgram, type Running } from '../harness/program.ts';

interface Phase {
  readonly phase: string;
  readonly ops: number;
  readonly ops_s: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly cpu_s_per_1k: number;
  readonly errors?: object;
}

/** Of both load generators. */
interface Measured {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  /** Seconds of CPU of all servers and etcd per 1,000 operations. */
  readonly cpu: number;
}

const [n = '4000', seconds = '6', rounds = '3'] = process.argv.slice(2);
const PHASES = ['create', 'get', 'list', 'update', 'watch'];
const GENERATORS = 2;
const PORT = 27463;
const APART_MS = 50;

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const dataDirOf = (dir: string, i: number): string => join(dir, `server-${i}`);

/** The second has the first one's keys. */
function startServer(dir: string, endpoint: string, i: number): Promise<Running> {
  if (i > 0) cpSync(join(dataDirOf(dir, 0), 'pki'), join(dataDirOf(dir, i), 'pki'), { recursive: true });
  return startProgram(programPath(), ['up', '--data-dir', dataDirOf(dir, i), '--port', '0', '--storage', 'etcd', '--etcd-servers', endpoint, '--components', 'apiserver'], 'kubectl get nodes');
}

/** Both were busy at the same time, so that each has seen what all spent: an operation's share is that of one of all. */
function together(phase: string, runs: readonly Phase[][]): Measured {
  const both = runs.flatMap((all) => all.filter((p) => p.phase === phase));
  for (const { errors } of both) if (errors) throw new Error(`${phase}: ${JSON.stringify(errors)}`);
  const spent = mean(both.map((p) => p.cpu_s_per_1k * p.ops));
  return { perSecond: both.reduce((sum, p) => sum + p.ops_s, 0), p50: mean(both.map((p) => p.p50_ms)), p99: mean(both.map((p) => p.p99_ms)), cpu: spent / both.reduce((sum, p) => sum + p.ops, 0) };
}

async function measure(generator: string, servers: number): Promise<ReadonlyMap<string, Measured>> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-second-core-'));
  const etcd = await startEtcd(dir, PORT);
  const running: Running[] = [];
  try {
    for (let i = 0; i < servers; i++) running.push(await startServer(dir, etcd.endpoint, i));
    const pids = [etcd.pid, ...running.map((server) => server.child.pid ?? 0)].join(',');
    const generate = async (i: number): Promise<Ran> => {
      // Its namespace bears the time in milliseconds.
      await realClock.sleep(i * APART_MS);
      return run(generator, ['-kubeconfig', join(dataDirOf(dir, i % servers), 'admin.kubeconfig'), '-pids', pids, '-n', n, '-s', seconds, '-c', '32', '-phases', PHASES.join(',')], { timeoutMs: 600_000 });
    };
    const ran = await Promise.all(Array.from({ length: GENERATORS }, (_, i) => generate(i)));
    const phases = ran.map(({ code, stdout, stderr }) => {
      if (code !== 0) throw new Error(`the load generator failed: ${stderr}`);
      return stdout.split('\n').filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Phase);
    });
    const measured = new Map(PHASES.map((phase) => [phase, together(phase, phases)]));
    console.log(`${servers}: ${[...measured].map(([phase, { perSecond, cpu }]) => `${phase} ${perSecond.toFixed(1)}/s ${cpu.toFixed(3)}`).join(', ')}`);
    return measured;
  } finally {
    for (const server of running) server.child.kill('SIGTERM');
    await Promise.all(running.map((server) => server.ended));
    await etcd.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

function row(phase: string, one: readonly ReadonlyMap<string, Measured>[], two: readonly ReadonlyMap<string, Measured>[]): string {
  const of = (runs: readonly ReadonlyMap<string, Measured>[], what: keyof Measured): number => mean(runs.map((of) => of.get(phase)?.[what] ?? Number.NaN));
  const ratios = two.map((of, i) => (of.get(phase)?.perSecond ?? 0) / (one[i]?.get(phase)?.perSecond ?? Number.NaN)).toSorted((a, b) => a - b);
  const pair = (what: keyof Measured, digits: number): string => `${of(one, what).toFixed(digits)} → ${of(two, what).toFixed(digits)}`;
  return `| ${phase} | ${pair('perSecond', 1)} | ${(of(two, 'perSecond') / of(one, 'perSecond')).toFixed(2)} (${ratios.map((ratio) => ratio.toFixed(2)).join(', ')}) | ${pair('cpu', 3)} | ${(of(two, 'cpu') / of(one, 'cpu')).toFixed(2)} | ${pair('p50', 1)} | ${pair('p99', 1)} |`;
}

await bar(async () => {
  peer('etcd');
  const alive = keepProcessAlive();
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-apibench-'));
  try {
    const generator = join(dir, 'apibench');
    execFileSync('go', ['build', '-o', generator, '.'], { cwd: shared('bench'), env: { ...process.env, GOFLAGS: '-buildvcs=false' } });
    const one: ReadonlyMap<string, Measured>[] = [];
    const two: ReadonlyMap<string, Measured>[] = [];
    for (let round = 0; round < Number(rounds); round++) {
      one.push(await measure(generator, 1));
      two.push(await measure(generator, 2));
    }
    console.log('| phase | operations/s, one → two servers | ratio (rounds) | CPU s per 1,000 | ratio | p50 ms | p99 ms |\n|---|---|---|---|---|---|---|');
    for (const phase of PHASES) console.log(row(phase, one, two));
  } finally {
    alive.stop();
    rmSync(dir, { recursive: true, force: true });
  }
});
