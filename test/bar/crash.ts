/**
 * `npm run bar:crash`: SIGKILL, EIO and ENOSPC at every write and every flush of a 300-operation run on lmdb. Afterwards every acknowledged write is there, what a watch
 * was told is there, the revision has not gone back, the file is whole, and the process has said why it stopped. Linux, with strace.
 * `node crash.js [SEED] [CALL:FAULT:NUMBER]` repeats one of them.
 */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realClock } from '../../component-base/clock.ts';
import { describeError } from '../../component-base/log.ts';
import { LmdbStorage } from '../../storage/lmdb/lmdb-storage.ts';
import { Replica, WatchReader, linesOf, utf8 } from '../../storage/testing/watching.ts';
import { bar, Missing } from './setting.ts';

const CALLS = ['pwrite64', 'writev', 'fdatasync', 'fsync', 'ftruncate'] as const;
const FAULTS = ['signal=SIGKILL', 'error=EIO', 'error=ENOSPC'] as const;
const writer = fileURLToPath(new URL('./crash-writer.js', import.meta.url));
const SLOTS = 2;

interface Point {
  readonly call: string;
  readonly fault: string;
  readonly number: number;
}

interface Outcome {
  readonly lines: readonly string[];
  /** What lmdb itself says. */
  readonly stderr: string;
  readonly wasInjected: boolean;
}

const nameOf = ({ call, fault, number }: Point): string => `${call}:${fault}:${number}`;

/** One run under strace. lmdb writes in the thread pool: with one thread, calls are counted in their order. */
function run(directory: string, seed: string, trace: string, inject: readonly string[]): Promise<Outcome> {
  const log = join(directory, 'strace');
  // With its filter in the kernel strace is faster, but sends no signals.
  const filter = inject.some((arg) => arg.includes('signal=')) ? [] : ['--seccomp-bpf'];
  const args = ['-f', '-qq', ...filter, '-o', log, '-e', `trace=${trace}`, '-e', 'signal=none', ...inject, process.execPath, writer, join(directory, 'data'), seed];
  const child = spawn('strace', args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, UV_THREADPOOL_SIZE: '1' } });
  let [output, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      const lines = output.split('\n').slice(0, -1);
      resolve({ lines, stderr, wasInjected: readFileSync(log, 'utf8').includes('(INJECTED)') || !/^(DONE|FAIL)/.test(lines.at(-1) ?? '') });
    });
  });
}

/** How often each call happens in a run that nothing disturbs. */
async function countCalls(seed: string): Promise<ReadonlyMap<string, number>> {
  const directory = mkdtempSync(join(tmpdir(), 'k8ts-crash-'));
  const { lines } = await run(directory, seed, CALLS.join(','), []);
  if (lines.at(-1) !== 'DONE') throw new Error(`the undisturbed run failed: ${lines.at(-1)}`);
  const counts = new Map<string, number>();
  const perThread = new Map<string, number>();
  for (const line of readFileSync(join(directory, 'strace'), 'utf8').split('\n')) {
    const [, thread, call] = /^(\d+) +(\w+)\(/.exec(line) ?? [];
    if (thread === undefined || call === undefined) continue;
    const count = (perThread.get(`${thread} ${call}`) ?? 0) + 1;
    perThread.set(`${thread} ${call}`, count);
    counts.set(call, Math.max(count, counts.get(call) ?? 0));
  }
  rmSync(directory, { recursive: true });
  return counts;
}

/** What is wrong after a run; undefined: nothing. */
async function problemOf(directory: string, { call, fault }: Point, { lines, stderr, wasInjected }: Outcome): Promise<string | undefined> {
  if (fault.startsWith('error') && wasInjected) {
    const reason = fault.includes('EIO') ? /input\/output error|EIO/i : /no space/i;
    const said = lines.find((line) => line.startsWith('FAIL '));
    // lmdb 3.5 may end the process when a page cannot be written, after it has said why.
    const isEnded = said === undefined && stderr.includes('Write error: ') && reason.test(stderr);
    if (said === undefined && !isEnded) return `${call} failed and nobody said so`;
    if (said !== undefined && !(said.includes(directory) && reason.test(said))) return `the reason is not clear: "${said}"`;
  }
  return checkStore(join(directory, 'data'), lines);
}

async function checkStore(directory: string, lines: readonly string[]): Promise<string | undefined> {
  const storage = await LmdbStorage.open({ directory, clock: realClock });
  try {
    const newest = await storage.currentRevision();
    const told = lines.filter((line) => /^(ACK|SAW) /.test(line)).map((line) => line.slice(4));
    const highest = Math.max(1, ...told.map((line) => Number(line.split(' ')[2])));
    if (newest < highest) return `the revision went back from ${highest} to ${newest}`;
    const reader = new WatchReader(storage, await oldestOf(storage));
    const from = reader.upTo;
    reader.requestProgress();
    await reader.until(() => reader.upTo >= newest);
    await reader.stop();
    const history = new Set(reader.events.map((event) => `${event.value ? 'PUT' : 'DELETE'} ${event.key} ${event.revision}`));
    const missing = told.find((line) => Number(line.split(' ')[2]) > from && !history.has(line));
    if (missing !== undefined) return `what was told is missing: ${missing}`;
    const gap = reader.events.find((event, i) => event.revision !== from + 1 + i);
    if (gap) return `the history has a gap before ${gap.revision}`;
    const replica = new Replica((await storage.list({ prefix: '/' }, { at: from })).items);
    for (const event of reader.events) replica.apply(event);
    const now = linesOf((await storage.list({ prefix: '/' })).items);
    if (now.join() !== replica.lines.join()) return 'the state is not what the history makes';
    const next = await storage.put('/after', utf8('1'), 0);
    return next.committed && next.revision > newest ? undefined : 'the store takes no further write';
  } finally {
    await storage.close();
  }
}

/** The lowest revision from which a watch is possible: the store is compacted at most once. */
async function oldestOf(storage: LmdbStorage): Promise<number> {
  for (let from = 1; ; from++) {
    try {
      await storage.list({ prefix: '/' }, { at: from, limit: 1 });
      return from;
    } catch (error) {
      if (from >= (await storage.currentRevision())) throw error;
    }
  }
}

async function tryPoint(point: Point, seed: string): Promise<{ hit: boolean; problem: string | undefined }> {
  const { call, fault, number } = point;
  const directory = mkdtempSync(join(tmpdir(), 'k8ts-crash-'));
  const outcome = await run(directory, seed, call, ['-e', `inject=${call}:${fault}:when=${number}`]);
  try {
    return { hit: outcome.wasInjected, problem: await problemOf(directory, point, outcome) };
  } catch (error) {
    return { hit: outcome.wasInjected, problem: describeError(error) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function* pointsOf(counts: ReadonlyMap<string, number>): Generator<Point> {
  for (const [call, count] of counts) for (const fault of FAULTS) for (let number = 1; number <= count; number++) yield { call, fault, number };
}

/** All points, a few at a time; prints a line per call and fault. */
async function tryAll(points: readonly Point[], seed: string): Promise<number> {
  const queue = points.values();
  const hits = new Map<string, number>();
  let bad = 0;
  const slot = async (): Promise<void> => {
    for (const point of queue) {
      const { hit, problem } = await tryPoint(point, seed);
      const kind = `${point.call} ${point.fault}`;
      if (hit) hits.set(kind, (hits.get(kind) ?? 0) + 1);
      if (problem === undefined) continue;
      bad++;
      console.log(`${nameOf(point)}: ${problem}`);
    }
  };
  await Promise.all(Array.from({ length: SLOTS }, slot));
  for (const kind of new Set(points.map(({ call, fault }) => `${call} ${fault}`))) {
    const { length } = points.filter(({ call, fault }) => `${call} ${fault}` === kind);
    const hit = hits.get(kind) ?? 0;
    console.log(`${kind}: ${hit} of ${length} points met`);
    // The last calls of a run are not the same each time.
    if (hit >= Math.floor(length * 0.8)) continue;
    bad++;
    console.log(`${kind}: the faults did not happen`);
  }
  return bad;
}

await bar(async () => {
  if (spawnSync('strace', ['-V'], { stdio: 'ignore' }).status !== 0) throw new Missing('strace is missing: install it, and run this bar on Linux');
  const [seed = '1', only] = process.argv.slice(2);
  const counts = await countCalls(seed);
  console.log(`300 operations make ${[...counts].map(([call, count]) => `${count} ${call}`).join(', ')}`);
  const points = [...pointsOf(counts)].filter((point) => only === undefined || nameOf(point) === only);
  const started = realClock.monotonic();
  const bad = await tryAll(points, seed);
  console.log(`${points.length} runs in ${Math.round((realClock.monotonic() - started) / 1000)} s, ${bad} of them with a problem`);
  if (bad > 0) process.exitCode = 1;
});
