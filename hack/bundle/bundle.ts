/**
 * The last step of `npm run build`: dist/bundle, from which the programs start (cmd/bundle.ts) and which is the package's entry. `chunks.ts` joins what tsc wrote, `warm.ts` runs
 * it once and keeps what V8 compiled. Why: docs/design/0009-programs-start-from-a-bundle.md.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { bundleDir, cacheDir, isCurrent } from '../../cmd/bundle.ts';
import { writeChunks } from './chunks.ts';
import { root } from '../generate/facts.ts';

const dist = join(root, 'dist');

/** Nor may what makes the bundle, or the packages in it, be newer. */
function isUpToDate(): boolean {
  if (!isCurrent(dist) || !existsSync(cacheDir(dist))) return false;
  const made = statSync(cacheDir(dist)).mtimeMs;
  return [join(dist, 'hack', 'bundle', 'tsconfig.tsbuildinfo'), join(root, 'node_modules', '.package-lock.json')].every((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) <= made);
}

/** In a process without options: V8's flags are part of a code cache. */
function warm(dir: string): void {
  const { status, stderr, error } = spawnSync(process.execPath, [join(dist, 'hack', 'bundle', 'warm.js'), dir], { env: { ...process.env, NODE_OPTIONS: '' }, encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) throw new Error(`the warm run of the bundle failed: ${stderr}`, { cause: error });
}

async function main(): Promise<void> {
  if (isUpToDate()) return;
  const next = join(dist, `bundle-${process.pid}`);
  try {
    await writeChunks(dist, next);
    warm(next);
    rmSync(bundleDir(dist), { recursive: true, force: true });
    renameSync(next, bundleDir(dist));
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

await main();
