/**
 * `npm run bar:mutations [-- SEED ...]`: thousands of mutated objects, answered by the real server and by ours: the recorded ones, then 3,000 live for each seed (11, 12, 13).
 * Prints what agrees once errors of the CEL compiler and CustomResourceDefinitions are left out, and fails below the bar. The real server runs on port 17600 (BAR_PORT) and the two above.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { meets, tallyOf, tallyText, type Bound, type Reported } from './mutation-report.ts';
import { bar, shared, show, startBarCluster } from './setting.ts';
import { startUpstream } from './upstream.ts';

const GIVEN: Bound = { exact: 97, shape: 99 };
/** Live, other objects are asked for each time. */
const LIVE: Bound = { exact: 96, shape: 98 };
const PER_SEED = '3000';
const AREAS = ['core', 'groups', 'machinery'];

interface Run {
  readonly name: string;
  readonly args: readonly string[];
  readonly bound: Bound;
  readonly recorded?: readonly unknown[];
}

async function measure(dir: string, kubeconfig: string, { name, args, bound, recorded }: Run): Promise<void> {
  const json = join(dir, 'report.json');
  rmSync(json, { force: true });
  await show(process.execPath, [shared('oracle', 'mutate.mjs'), '--kubeconfig', kubeconfig, '--diff', '0', '--json', json, ...args]);
  const tally = tallyOf(JSON.parse(readFileSync(json, 'utf8')) as Reported[], recorded);
  console.log(tallyText(name, tally, bound));
  if (!meets(tally, bound)) process.exitCode = 1;
}

/** On a server of its own: what updates start from would be in the way of the next run. */
async function onFreshServer(dir: string, run: Run): Promise<void> {
  const cluster = await startBarCluster('--storage', 'memory', '--components', 'apiserver');
  try {
    await measure(dir, cluster.kubeconfig, run);
  } finally {
    await cluster.stop();
  }
}

function given(): Run {
  const file = shared('oracle', 'mutations', 'given.jsonl');
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return { name: 'given', args: ['--replay', file], bound: GIVEN, recorded: lines.map((line) => (JSON.parse(line) as { expect: unknown }).expect) };
}

async function live(dir: string, seeds: readonly string[]): Promise<void> {
  const corpus = join(dir, 'corpus');
  mkdirSync(corpus);
  for (const area of AREAS) symlinkSync(shared('oracle', 'corpus', area), join(corpus, area));
  const upstream = await startUpstream(Number(process.env['BAR_PORT'] ?? 17600));
  try {
    for (const seed of seeds) {
      const args = ['--reference', upstream.kubeconfig, '--seed', seed, '--count', PER_SEED, '--corpus', corpus];
      await onFreshServer(dir, { name: `live, seed ${seed}`, args, bound: LIVE });
    }
  } finally {
    await upstream.stop();
  }
}

await bar(async () => {
  const seeds = process.argv.slice(2);
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-mutations-'));
  try {
    await onFreshServer(dir, given());
    await live(dir, seeds.length > 0 ? seeds : ['11', '12', '13']);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});
