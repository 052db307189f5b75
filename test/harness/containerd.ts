/** One containerd in a network namespace of its own, for tests with real containers. Needs root. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cniConflist, containerdToml } from '../../kubelet/runtime/containerd/config.ts';
import { PAUSE_IMAGE, pauseImage } from '../../cluster/nodes/pause-image.ts';
import { busyboxArchive, hasBusybox } from './busybox-image.ts';

export interface TestContainerd {
  readonly dir: string;
  readonly socket: string;
  stop(): Promise<void>;
}

const run = (program: string, ...args: string[]): string => execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Why such tests cannot run here; undefined: they can. */
export function containerdMissing(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'needs Linux and root';
  const missing = ['/usr/bin/containerd', '/usr/sbin/runc', '/usr/lib/cni/bridge'].filter((p) => !existsSync(p));
  if (missing.length > 0) return `needs ${missing.join(', ')}`;
  return hasBusybox() ? undefined : 'needs /bin/busybox (busybox-static)';
}

const ALL_PODS = '10.244.0.0/16';

/** No packet for a pod may leave by another interface. True when the route was not there. */
function guard(): boolean {
  if (run('ip', 'route', 'show', 'type', 'unreachable', ALL_PODS).trim() !== '') return false;
  run('ip', 'route', 'add', 'unreachable', ALL_PODS);
  return true;
}

/** `index` keeps names and addresses of several apart: pods in 10.244.<200 + index>.0/24. */
export async function startContainerd(index: number): Promise<TestContainerd> {
  const dir = mkdtempSync(join(tmpdir(), 'k8ts-containerd-'));
  const name = `k8ts-test-${process.pid}-${index}`;
  const [outer, inner] = [`kt${process.pid % 10000}-${index}o`, `kt${process.pid % 10000}-${index}i`];
  const [gateway, address, podCIDR] = [`172.31.${250 - index}.1`, `172.31.${250 - index}.2`, `10.244.${200 + index}.0/24`];
  const guarded = guard();
  run('ip', 'netns', 'add', name);
  run('ip', 'link', 'add', outer, 'type', 'veth', 'peer', 'name', inner, 'netns', name);
  run('ip', 'addr', 'add', `${gateway}/30`, 'dev', outer);
  run('ip', 'link', 'set', outer, 'up');
  for (const args of [['addr', 'add', `${address}/30`, 'dev', inner], ['link', 'set', inner, 'up'], ['link', 'set', 'lo', 'up'], ['route', 'add', 'default', 'via', gateway]]) run('ip', '-n', name, ...args);
  run('ip', 'route', 'add', podCIDR, 'via', address);
  const socket = join(dir, 'run', 'containerd.sock');
  for (const folder of ['cni', 'run', 'root']) mkdirSync(join(dir, folder));
  writeFileSync(join(dir, 'cni', '10-k8ts.conflist'), cniConflist({ podCIDR, dataDir: join(dir, 'ipam') }));
  writeFileSync(join(dir, 'config.toml'), containerdToml({ root: join(dir, 'root'), state: join(dir, 'run'), socket, cniBinDir: '/usr/lib/cni', cniConfDir: join(dir, 'cni'), sandboxImage: PAUSE_IMAGE, streamAddress: address }));
  const log = openSync(join(dir, 'containerd.log'), 'w');
  const child = spawn('nsenter', [`--net=/var/run/netns/${name}`, 'containerd', '-c', join(dir, 'config.toml')], { stdio: ['ignore', log, log] });
  await untilServing(socket, join(dir, 'containerd.log'), child);
  for (const [file, archive] of [['pause.tar', pauseImage()], ['busybox.tar', busyboxArchive()]] as const) {
    writeFileSync(join(dir, file), archive);
    run('ctr', '-a', socket, '-n', 'k8s.io', 'images', 'import', join(dir, file));
  }
  return { dir, socket, stop: () => stop(child, dir, name, outer).then(() => (guarded ? void run('ip', 'route', 'del', 'unreachable', ALL_PODS) : undefined)) };
}

async function untilServing(socket: string, log: string, child: ChildProcess): Promise<void> {
  for (let i = 0; i < 200 && child.exitCode === null; i++) {
    if (existsSync(socket)) {
      try {
        run('ctr', '-a', socket, 'version');
        return;
      } catch (error) {
        if (i === 199) throw error;
      }
    }
    await pause(50);
  }
  throw new Error(`containerd did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`);
}

async function stop(child: ChildProcess, dir: string, namespace: string, link: string): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await gone;
  for (const pid of shimsOf(dir)) process.kill(pid, 'SIGKILL');
  await pause(100);
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n').map((l) => l.split(' ')[1] ?? '').filter((p) => p.startsWith(dir));
  for (const path of mounts.sort((a, b) => b.length - a.length)) run('umount', '-l', path);
  run('ip', 'link', 'del', link);
  run('ip', 'netns', 'del', namespace);
  rmSync(dir, { recursive: true, force: true });
}

/** Shims and what they run outlive containerd. */
function shimsOf(dir: string): number[] {
  return readdirSync('/proc').filter((p) => /^\d+$/.test(p)).map(Number).filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`${dir}/`) && pid !== process.pid;
    } catch (error) {
      if (typeof error === 'object' && error !== null && 'code' in error) return false;
      throw error;
    }
  });
}
