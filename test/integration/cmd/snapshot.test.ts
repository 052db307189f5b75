import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Kubectl } from '../../harness/kubectl.ts';
import { k8ts, startK8ts, type Running } from '../../harness/program.ts';

let root = '';
let running: Running[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'k8ts-snapshot-'));
});
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
  running = [];
  rmSync(root, { recursive: true, force: true });
});

const file = (): string => join(root, 'cluster.snapshot');
const dataDir = (name: string): string => join(root, name);

async function up(name: string): Promise<{ kubectl: Kubectl; stop(): Promise<void> }> {
  const started = await startK8ts('--data-dir', dataDir(name), '--port', '0', '--components', 'apiserver');
  running.push(started);
  const stop = async (): Promise<void> => {
    started.child.kill('SIGTERM');
    await started.ended;
  };
  return { kubectl: new Kubectl(join(dataDir(name), 'admin.kubeconfig')), stop };
}

/** Uid, resourceVersion and data of every ConfigMap that was made. */
const CONTENT = ['get', 'configmaps', '-n', 'default', '-o', 'jsonpath={range .items[*]}{.metadata.name} {.metadata.uid} {.metadata.resourceVersion} {.data}{"\\n"}{end}'];

describe('k8ts snapshot', () => {
  it('saves a running cluster and restores it into another data directory: objects as they were, revisions above', async () => {
    const first = await up('first');
    for (const name of ['a', 'b']) await first.kubectl.run(['create', 'configmap', name, `--from-literal=of=${name}`]);
    const want = await first.kubectl.run(CONTENT);
    const saved = await k8ts('snapshot', 'save', file(), '--data-dir', dataDir('first'));
    expect(saved.stdout).toMatch(/^saved revision \d+, \d+ keys, \d+ bytes/);
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    expect((await k8ts('snapshot', 'verify', file())).stdout).toContain('everything is whole');
    await first.kubectl.run(['create', 'configmap', 'later']);
    await first.stop();

    const restored = await k8ts('snapshot', 'restore', file(), '--data-dir', dataDir('second'));
    const revision = Number(/revision (\d+)/.exec(saved.stdout)?.[1]);
    expect(restored.stdout).toContain(`the store is at revision ${revision + 100_000}`);
    expect((await k8ts('snapshot', 'verify', dataDir('second'))).stdout).toContain('everything is whole');
    const second = await up('second');
    expect(await second.kubectl.run(CONTENT)).toBe(want);
    await second.kubectl.run(['create', 'configmap', 'next']);
    const next = await second.kubectl.run(['get', 'configmap', 'next', '-o', 'jsonpath={.metadata.resourceVersion}']);
    expect(Number(next)).toBeGreaterThan(revision + 100_000);
  });

  it('refuses a target that holds a store, and a snapshot that is damaged, and leaves nothing behind', async () => {
    const { kubectl, stop } = await up('first');
    await kubectl.run(['create', 'configmap', 'precious', '--from-literal=value=to be damaged']);
    await k8ts('snapshot', 'save', file(), '--data-dir', dataDir('first'));
    await stop();
    const onto = await k8ts('snapshot', 'restore', file(), '--data-dir', dataDir('first'));
    expect([onto.code, onto.stderr]).toEqual([1, expect.stringMatching(/^k8ts: \S+store is not empty: restore into another data directory/)]);

    const bytes = readFileSync(file());
    bytes.write('T', bytes.indexOf('to be damaged'));
    writeFileSync(file(), bytes);
    const verified = await k8ts('snapshot', 'verify', file());
    expect(verified.code).toBe(1);
    expect(verified.stderr).toMatch(/the record of \/registry\/configmaps\/default\/precious at revision \d+ is damaged/);
    const refused = await k8ts('snapshot', 'restore', file(), '--data-dir', dataDir('second'));
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('/registry/configmaps/default/precious')]);
    expect((await k8ts('snapshot', 'verify', dataDir('second'))).stderr).toContain('there is no store at');
  });

  it('says what is wrong with a call and what to do', async () => {
    const calls = [
      [['snapshot', 'verify', join(root, 'none')], 'cannot be read (ENOENT): name a file that "k8ts snapshot save" wrote'],
      [['snapshot', 'save', join(root, 'x'), '--data-dir', dataDir('none')], 'there is no store at'],
      [['snapshot', 'save'], 'needs FILE'],
      [['snapshot', 'drop'], 'use save, restore or verify'],
    ] as const;
    for (const [args, want] of calls) {
      const { code, stderr } = await k8ts(...args);
      expect(code).not.toBe(0);
      expect(stderr.trim().split('\n')).toEqual([expect.stringContaining(want)]);
    }
  });
});
