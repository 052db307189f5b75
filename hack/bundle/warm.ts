/**
 * `node warm.js DIR`: runs the bundle in DIR as its users do, once, and keeps what V8 compiled meanwhile as code caches beside it. Only code is kept, nothing of what was run.
 * A process of its own: the caches then fit the flags that `cmd/engine.ts` sets, and nothing else.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { Script } from 'node:vm';
import { BundleLoader, cacheName, seal } from '../../cmd/bundle.ts';
import { prepareEngine } from '../../cmd/engine.ts';
import type { Programs } from '../../cmd/programs.ts';
import { useCluster } from './requests.ts';

async function runOnce(programs: Programs['programs'], storage: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-bundle-'));
  try {
    process.argv = [process.execPath, 'k8ts', 'up', '--data-dir', dir, '--port', '0', '--storage', storage];
    const ended = programs.k8ts();
    await Promise.race([useCluster(dir), ended.then(() => { throw new Error('it ended before it was asked to'); })]);
    process.emit('SIGTERM', 'SIGTERM');
    await ended;
    if (process.exitCode !== 0) throw new Error(`k8ts up ended with ${process.exitCode}`);
  } finally {
    process.removeAllListeners('SIGTERM').removeAllListeners('SIGINT');
    rmSync(dir, { recursive: true, force: true });
  }
}

function writeCaches(dir: string, scripts: ReadonlyMap<string, Script>): void {
  mkdirSync(dir);
  for (const [file, script] of scripts) writeFileSync(join(dir, `${basename(file)}.cache`), seal(script.createCachedData(), readFileSync(file)));
}

async function main(dir: string): Promise<void> {
  const caches = join(dir, cacheName);
  const scripts = new Map<string, Script>();
  prepareEngine();
  // Else V8 throws away what has not run for a while.
  setFlagsFromString('--no-flush-bytecode');
  const { programs } = new BundleLoader(caches, scripts).load(join(dir, 'programs.cjs')) as unknown as Programs;
  for (const storage of ['lmdb', 'memory']) await runOnce(programs, storage);
  setFlagsFromString('--flush-bytecode');
  writeCaches(caches, scripts);
}

await main(process.argv[2] ?? '');
