/** One containerd for one node: started in the node's network namespace, given its images, stopped with everything it runs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../component-base/clock.ts';
import { cniConflist, containerdToml } from '../../kubelet/runtime/containerd/config.ts';
import { netnsPath, runProgram, type NodeNetwork } from './network.ts';
import { PAUSE_IMAGE, pauseImage } from './pause-image.ts';

export interface ContainerdOptions {
  /** The node's own directory. */
  readonly dir: string;
  readonly node: NodeNetwork;
  /** Image archives to import. */
  readonly images: readonly string[];
  readonly clock: Clock;
}

export interface RunningContainerd {
  readonly socket: string;
  stop(): Promise<void>;
}

const CNI_BIN_DIRS = ['/opt/cni/bin', '/usr/lib/cni'];
const START_MS = 20_000;

function cniBinDir(): string {
  const found = CNI_BIN_DIRS.find((dir) => existsSync(join(dir, 'bridge')));
  if (found === undefined) throw new Error(`no CNI plugins in ${CNI_BIN_DIRS.join(' or ')}: install containernetworking-plugins, or use --runtime simulated`);
  return found;
}

function writeConfig({ dir, node }: ContainerdOptions): string {
  const [cni, run, root] = ['cni', 'run', 'containerd'].map((name) => join(dir, name)) as [string, string, string];
  for (const folder of [cni, run, root]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const socket = join(run, 'containerd.sock');
  writeFileSync(join(cni, '10-k8ts.conflist'), cniConflist({ podCIDR: node.podCIDR, dataDir: join(dir, 'ipam') }));
  writeFileSync(join(dir, 'containerd.toml'), containerdToml({ root, state: run, socket, cniBinDir: cniBinDir(), cniConfDir: cni, sandboxImage: PAUSE_IMAGE, streamAddress: node.address }));
  return socket;
}

const ctr = (socket: string, ...args: readonly string[]): Promise<string> => runProgram('ctr', '-a', socket, '-n', 'k8s.io', ...args);

async function untilServing(socket: string, log: string, child: ChildProcess, clock: Clock): Promise<void> {
  const end = clock.monotonic() + START_MS;
  let problem: unknown;
  while (child.exitCode === null && clock.monotonic() < end) {
    if (existsSync(socket)) {
      try {
        await ctr(socket, 'version');
        return;
      } catch (error) {
        problem = error;
      }
    }
    await clock.sleep(50);
  }
  throw new Error(`containerd did not start; its last words: ${readFileSync(log, 'utf8').trim().split('\n').at(-1) ?? 'none'}`, { cause: problem });
}

async function importImages({ dir, images }: ContainerdOptions, socket: string): Promise<void> {
  const pause = join(dir, 'pause.tar');
  writeFileSync(pause, pauseImage());
  for (const archive of [pause, ...images]) await ctr(socket, 'images', 'import', archive);
}

/** Processes whose command line names this node's directory: its containerd and the shims of its containers. */
function processesOf(dir: string): number[] {
  const isOurs = (pid: string): boolean => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      return line.includes('containerd') && line.includes(`${dir}/`);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') return false;
      throw error;
    }
  };
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && isOurs(name)).map(Number);
}

async function unmountBelow(dir: string): Promise<void> {
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n').map((line) => line.split(' ')[1] ?? '').filter((path) => path.startsWith(`${dir}/`));
  for (const path of mounts.sort((a, b) => b.length - a.length)) await runProgram('umount', '-l', path);
}

async function stopContainerd(child: ChildProcess, dir: string, clock: Clock): Promise<void> {
  const gone = new Promise<void>((resolve) => (child.exitCode === null ? child.once('exit', () => resolve()) : resolve()));
  child.kill('SIGTERM');
  await gone;
  await endAll(dir, clock);
}

/** Ends what is left of the node, also of an earlier process that was killed: its containers cannot go on without their network. */
async function endAll(dir: string, clock: Clock): Promise<void> {
  for (let left = processesOf(dir); left.length > 0; left = processesOf(dir)) {
    for (const pid of left) process.kill(pid, 'SIGKILL');
    await clock.sleep(20);
  }
  await unmountBelow(dir);
}

export async function startContainerd(options: ContainerdOptions): Promise<RunningContainerd> {
  const { dir, node, clock } = options;
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  await endAll(dir, clock);
  const socket = writeConfig(options);
  const log = join(dir, 'containerd.log');
  const fd = openSync(log, 'w', 0o600);
  const child = spawn('nsenter', [`--net=${netnsPath(node.netns)}`, 'containerd', '-c', join(dir, 'containerd.toml')], { stdio: ['ignore', fd, fd], detached: true });
  closeSync(fd);
  try {
    await untilServing(socket, log, child, clock);
    await importImages(options, socket);
  } catch (error) {
    child.kill('SIGTERM');
    throw error;
  }
  return { socket, stop: () => stopContainerd(child, dir, clock) };
}
