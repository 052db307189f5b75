import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Kubectl } from '../../harness/kubectl.ts';
import { k8ts, startK8ts, type Running } from '../../harness/program.ts';

let dir: string;
const running: Running[] = [];
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), 'k8ts-cmd-'))));
afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
  rmSync(dir, { recursive: true, force: true });
});

async function up(...args: string[]): Promise<Running> {
  const started = await startK8ts('--data-dir', dir, '--port', '0', ...args);
  running.push(started);
  return started;
}

describe('k8ts up', () => {
  it('says when it is ready and what to type next, and ends cleanly on SIGTERM', async () => {
    const { child, output, ended } = await up('--storage', 'memory');
    expect(output()).toMatch(/^ready in \d+ ms$/m);
    expect(output()).toContain(`export KUBECONFIG=${dir}/admin.kubeconfig`);
    expect(statSync(join(dir, 'admin.kubeconfig')).mode & 0o777).toBe(0o600);
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect((await k8ts('status', '--data-dir', dir)).stdout).toContain('no cluster is running');
  });

  (process.platform === 'linux' ? it : it.skip)('lets the threads of the engine give way to the one that answers', async () => {
    const { pid = 0 } = (await up('--storage', 'memory')).child;
    const yielding = readdirSync(`/proc/${pid}/task`).map(Number).filter((thread) => getPriority(thread) > getPriority(pid));
    expect(yielding.length).toBeGreaterThan(0);
  });

  it('keeps its state over a restart on the same data directory', async () => {
    const first = await up();
    await new Kubectl(join(dir, 'admin.kubeconfig')).run(['create', 'configmap', 'kept', '--from-literal=a=b']);
    first.child.kill('SIGTERM');
    await first.ended;
    await up();
    expect(await new Kubectl(join(dir, 'admin.kubeconfig')).run(['get', 'configmap', 'kept', '-o', 'jsonpath={.data.a}'])).toBe('b');
  });

  it('loses nothing that was acknowledged when it is killed', async () => {
    const first = await up();
    const kubectl = new Kubectl(join(dir, 'admin.kubeconfig'));
    for (let i = 0; i < 5; i++) await kubectl.run(['create', 'configmap', `c${i}`]);
    first.child.kill('SIGKILL');
    await first.ended;
    await up();
    expect((await new Kubectl(join(dir, 'admin.kubeconfig')).run(['get', 'configmaps', '-o', 'name'])).match(/configmap\/c\d/g)).toHaveLength(5);
  });

  it('refuses a second cluster on the same data directory and names the first', async () => {
    const { child } = await up('--storage', 'memory');
    const second = await k8ts('up', '--data-dir', dir, '--port', '0', '--storage', 'memory');
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`data directory ${dir} is in use by process ${child.pid}`);
    expect(second.stderr).toContain('k8ts down');
  });

  it('names a port that is taken', async () => {
    const blocker = createServer();
    blocker.listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as { port: number };
    const failed = await k8ts('up', '--data-dir', dir, '--port', String(port), '--storage', 'memory');
    blocker.close();
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(new RegExp(`${port}.*in use`));
  });

  it.each([
    { name: 'an unknown flag, with a hint', args: ['--prot=1'], code: 2, want: 'unknown flag: --prot; did you mean --port?' },
    { name: 'an unknown runtime', args: ['--runtime', 'rkt'], code: 1, want: 'runtime: "rkt" is not supported; use one of auto, simulated, containerd' },
    { name: 'an unknown store', args: ['--storage', 'sqlite'], code: 1, want: 'storage: "sqlite" is not supported; use one of memory, lmdb, etcd' },
    { name: 'an unknown component', args: ['--components', 'apiserver,dns'], code: 1, want: 'components: "dns" is not supported' },
    { name: 'etcd without addresses', args: ['--storage', 'etcd'], code: 1, want: 'etcd-servers is empty' },
    { name: 'a stray argument', args: ['now'], code: 2, want: 'k8ts up takes no argument "now"' },
    { name: 'a malformed number', args: ['--nodes', 'many'], code: 2, want: 'invalid argument "many" for "--nodes" flag' },
  ])('refuses $name', async ({ args, code, want }) => {
    const failed = await k8ts('up', '--data-dir', dir, ...args);
    expect(failed.stderr).toContain(want);
    expect(failed.code).toBe(code);
  });

  it('refuses a data directory that is a file', async () => {
    const file = join(dir, 'file');
    writeFileSync(file, '');
    const failed = await k8ts('up', '--data-dir', file, '--port', '0');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(`data directory ${file}: not a directory; choose another with --data-dir`);
  });

  it('says that etcd cannot be reached, and where', async () => {
    const failed = await k8ts('up', '--data-dir', dir, '--port', '0', '--storage', 'etcd', '--etcd-servers', 'http://127.0.0.1:9');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('127.0.0.1:9');
  });

  it('refuses a damaged store and leaves it as it is', async () => {
    const first = await up();
    first.child.kill('SIGTERM');
    await first.ended;
    const file = join(dir, 'store', 'store.mdb');
    const size = statSync(file).size;
    writeFileSync(file, Buffer.alloc(size, 0x5a));
    const failed = await k8ts('up', '--data-dir', dir, '--port', '0');
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(join(dir, 'store'));
    expect(statSync(file).size).toBe(size);
  });
});

describe('k8ts in the background', () => {
  it('comes up detached, tells its state, and goes down', async () => {
    const started = await k8ts('up', '--detach', '--data-dir', dir, '--port', '0', '--storage', 'memory', '--nodes', '2');
    expect(started.stdout).toMatch(/^ready in \d+ ms/);
    const status = await k8ts('status', '--data-dir', dir);
    expect(status.stdout).toMatch(/running as process \d+, https:\/\/127\.0\.0\.1:\d+, store memory, simulated nodes/);
    expect(status.stdout).toContain('node-2  Ready');
    const printed = await k8ts('kubeconfig', '--data-dir', dir);
    expect(printed.stdout).toContain('current-context: k8ts');
    const down = await k8ts('down', '--data-dir', dir);
    expect(down.stdout).toContain('stopped the cluster');
    expect((await k8ts('down', '--data-dir', dir)).stdout).toContain('no cluster is running');
  });
});

describe('k8ts', () => {
  it('lists its commands, and refuses one that it does not know', async () => {
    expect((await k8ts('help')).stdout).toContain('kubeconfig');
    const failed = await k8ts('pu');
    expect(failed.code).toBe(2);
    expect(failed.stderr).toContain('unknown command "pu"');
    expect((await k8ts('version')).stdout).toMatch(/^k8ts \d+\.\d+\.\d+ \(Kubernetes API v1\.35\)$/m);
    expect((await k8ts('up', '--help')).stdout).toContain('--storage string');
  });
});
