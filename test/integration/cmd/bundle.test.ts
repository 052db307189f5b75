import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Kubectl } from '../../harness/kubectl.ts';
import { root, startProgram } from '../../harness/program.ts';

const run = promisify(execFile);

/** A package of which only the entries and the bundle are left: what starts, starts from the bundle. */
let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'k8ts-bundle-'));
  for (const part of ['dist/bundle', 'dist/cmd']) cpSync(join(root, part), join(dir, part), { recursive: true, preserveTimestamps: true, filter: (file) => !/tsbuildinfo$|programs\.js$/.test(file) });
  cpSync(join(root, 'package.json'), join(dir, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'), 'junction');
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const caches = (): string => join(dir, 'dist', 'bundle', readdirSync(join(dir, 'dist', 'bundle')).find((f) => f.startsWith('cache-v')) ?? 'no cache');

/** Brings a cluster up, asks it for its namespaces, and ends it; the exit code. */
async function upAndDown(env: Readonly<Record<string, string>> = {}): Promise<number> {
  const data = join(dir, 'data');
  mkdirSync(data);
  const { child, ended } = await startProgram(join(dir, 'dist', 'cmd', 'k8ts.js'), ['up', '--data-dir', data, '--port', '0'], 'kubectl get nodes', env);
  expect(await new Kubectl(join(data, 'admin.kubeconfig')).run(['get', 'namespaces', '-o', 'name'])).toContain('namespace/default');
  child.kill('SIGTERM');
  return ended;
}

describe('the bundled programs', () => {
  it('start, answer and end', async () => {
    expect(readdirSync(caches())).toContain('cluster.cjs.cache');
    expect(await upAndDown()).toBe(0);
    expect((await run(process.execPath, [join(dir, 'dist', 'cmd', 'kube-apiserver.js'), '--version'])).stdout).toBe('Kubernetes v1.35.4\n');
  });

  it('ignore code caches that are damaged', async () => {
    for (const file of readdirSync(caches())) {
      const cache = readFileSync(join(caches(), file));
      writeFileSync(join(caches(), file), cache.fill(0x5a, cache.length / 2, cache.length / 2 + 64));
    }
    expect(await upAndDown()).toBe(0);
  });

  it('ignore code caches of another Node, and those made under other flags', async () => {
    expect(await upAndDown({ NODE_OPTIONS: '--stack-trace-limit=20' })).toBe(0);
    rmSync(join(dir, 'data'), { recursive: true });
    renameSync(caches(), join(dir, 'dist', 'bundle', 'cache-v0.0.0-x64'));
    expect(await upAndDown()).toBe(0);
  });

  it('are the entry of the package, too', async () => {
    const code = "const { startCluster } = await import('k8ts'); const c = await startCluster(); console.log(c.kubeconfig.length > 0); await c.stop();";
    expect((await run(process.execPath, ['--input-type=module', '-e', code], { cwd: dir })).stdout).toBe('true\n');
  });

  it('name the packages that they contain, with their licences', () => {
    const text = readFileSync(join(dir, 'dist', 'bundle', 'LICENSES.txt'), 'utf8');
    expect(text).toMatch(/^ws 8\.\d+\.\d+ \(MIT\)$/m);
    expect(text).toContain('Permission is hereby granted');
  });
});
