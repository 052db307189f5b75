/** `k8ts up`: starts a cluster, says when it is ready, and stops it cleanly on Ctrl-C or SIGTERM. */
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { realClock } from '../component-base/clock.ts';
import { FlagError, type Flags } from '../component-base/flags.ts';
import { jsonLog, type Level, type Log } from '../component-base/log.ts';
import { startCluster, type Cluster } from '../cluster/cluster.ts';
import type { ClusterOptions, Component, RuntimeKind, StorageKind } from '../cluster/options.ts';
import type { DataDir } from '../cluster/data-dir.ts';
import { resolveRuntime } from '../cluster/nodes/runtime.ts';
import { dataDirOf, etcdOf, parseFlags } from './command.ts';
import { UP_FLAGS } from './flags.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'];

function logOf(flags: Flags): Log {
  const level = flags.string('log-level');
  if (!LEVELS.includes(level)) throw new FlagError(`invalid argument "${level}" for "--log-level" flag: use one of ${LEVELS.join(', ')}`);
  return jsonLog((line) => void process.stderr.write(`${line}\n`), () => realClock.now(), level as Level);
}

async function optionsOf(flags: Flags, dir: DataDir, log: Log): Promise<ClusterOptions> {
  return {
    storage: flags.string('storage') as StorageKind,
    dataDir: dir.path,
    etcd: etcdOf(flags),
    port: flags.number('port'),
    bindAddress: flags.string('bind-address'),
    nodes: flags.number('nodes'),
    runtime: (await resolveRuntime(flags.string('runtime'))) as RuntimeKind,
    components: flags.strings('components') as Component[],
    controllers: flags.strings('controllers'),
    serviceClusterIPRange: flags.string('service-cluster-ip-range'),
    clusterCIDR: flags.string('cluster-cidr'),
    enableAdmissionPlugins: flags.strings('enable-admission-plugins'),
    disableAdmissionPlugins: flags.strings('disable-admission-plugins'),
    ...(flags.string('audit-log-path') !== '' && { auditLogPath: flags.string('audit-log-path') }),
    images: flags.strings('images'),
    log,
    onProgress: (text) => process.stderr.write(`  starting ${text}\n`),
  };
}

/** A signal ends the cluster; a second one ends the process at once. */
function untilSignal(): Promise<string> {
  return new Promise((resolve) => {
    const onSignal = (signal: string): void => {
      process.once(signal, () => process.exit(130));
      resolve(signal);
    };
    process.once('SIGINT', () => onSignal('SIGINT'));
    process.once('SIGTERM', () => onSignal('SIGTERM'));
  });
}

function announce(cluster: Cluster, options: ClusterOptions, dir: DataDir, startedAt: number): void {
  dir.write(JSON.stringify({ pid: process.pid, server: cluster.server, storage: options.storage, runtime: options.runtime, nodes: options.nodes, startedAt: new Date(realClock.now()).toISOString() }), 'cluster.json');
  console.log(`ready in ${Math.round(performance.now() - startedAt)} ms`);
  console.log(`  API server ${cluster.server}\n  export KUBECONFIG=${dir.file('admin.kubeconfig')}\n  kubectl get nodes`);
}

async function foreground(flags: Flags, dir: DataDir): Promise<number> {
  const signalled = untilSignal();
  const options = await optionsOf(flags, dir, logOf(flags));
  const cluster = await startCluster(options);
  announce(cluster, options, dir, 0);
  await signalled;
  await cluster.stop();
  dir.remove('cluster.json');
  return 0;
}

/** Starts the same command in the background and waits for its word. Its output goes to k8ts.log. */
async function detached(argv: readonly string[], dir: DataDir): Promise<number> {
  dir.prepare();
  const log = openSync(dir.file('k8ts.log'), 'w', 0o600);
  const program = fileURLToPath(new URL('../cmd/k8ts.js', import.meta.url));
  const child = spawn(process.execPath, [program, 'up', ...argv.filter((a) => a !== '--detach' && a !== '-d')], { detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const ended = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
  for (;;) {
    const text = dir.read('k8ts.log') ?? '';
    const ready = text.indexOf('ready in ');
    if (ready >= 0 && text.includes('kubectl get nodes')) {
      process.stdout.write(text.slice(ready));
      child.unref();
      return 0;
    }
    const code = await Promise.race([ended, new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))]);
    if (code !== undefined) {
      process.stderr.write(dir.read('k8ts.log') ?? '');
      return code === 0 ? 1 : code;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
  }
}

export async function run(argv: readonly string[]): Promise<number> {
  const flags = parseFlags('up', UP_FLAGS, argv, 'Start a cluster: API server, controllers, scheduler and nodes in one process.');
  if (!flags) return 0;
  const dir = dataDirOf(flags);
  return flags.bool('detach') ? detached(argv, dir) : foreground(flags, dir);
}
