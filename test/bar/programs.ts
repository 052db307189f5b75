/**
 * `npm run bar:programs`: upstream's own kube-controller-manager and kube-scheduler against our kube-apiserver (on etcd) roll workloads out on simulated nodes. Their logs must hold no
 * error or warning that they do not also write against the real server, with the same flags and the same workloads. Exit code 1: there is such a line, or a workload did not come to rest.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Kubectl } from '../harness/kubectl.ts';
import { programPath } from '../harness/program.ts';
import { complaintsIn, isConflict, onlyIn } from './klog.ts';
import { bar, peer } from './setting.ts';
import { startUpstream, type ControlPlane } from './upstream.ts';
import { NODES, WORKLOADS } from './workloads.ts';

const PEERS = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
const LOGS = ['kcm', 'sched'];

/** Plays the nodes, in both runs: what is compared is the server. */
function startNodePlayer(kubeconfig: string): { stop(): void } {
  const args = [programPath('kube-controller-manager'), `--kubeconfig=${kubeconfig}`, '--controllers=simulated-nodes', '--leader-elect=false', '--secure-port=0'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return { stop: () => void child.kill('SIGTERM') };
}

/** From nothing to rest, twice changed, and away again. */
async function rollOut(kubectl: Kubectl): Promise<void> {
  await kubectl.apply(NODES);
  await kubectl.run(['wait', '--for=condition=Ready', 'nodes', '--all', '--timeout=60s']);
  await kubectl.run(['create', 'namespace', 'programs']);
  const inNamespace = (...args: string[]): Promise<string> => kubectl.run(['-n', 'programs', ...args]);
  await kubectl.apply(WORKLOADS, '-n', 'programs');
  for (const workload of ['deployment/web', 'daemonset/agent', 'statefulset/store']) await inNamespace('rollout', 'status', workload, '--timeout=120s');
  await inNamespace('wait', '--for=condition=Complete', 'job/once', '--timeout=60s');
  await inNamespace('set', 'image', 'deployment/web', 'web=registry.k8s.io/web:2');
  await inNamespace('rollout', 'status', 'deployment/web', '--timeout=120s');
  await inNamespace('scale', 'deployment/web', '--replicas=8');
  await inNamespace('rollout', 'status', 'deployment/web', '--timeout=120s');
  await inNamespace('rollout', 'undo', 'deployment/web');
  await inNamespace('rollout', 'status', 'deployment/web', '--timeout=120s');
  await inNamespace('scale', 'deployment/web', 'statefulset/store', '--replicas=0');
  await inNamespace('wait', '--for=delete', 'pods', '-l', 'app in (web,store)', '--timeout=120s');
  await inNamespace('delete', 'deployment,daemonset,statefulset,job,cronjob', '--all');
  await inNamespace('wait', '--for=delete', 'pods', '--all', '--timeout=120s');
  await kubectl.run(['delete', 'namespace', 'programs', '--timeout=120s']);
}

/** What the programs complained of, as `program: line`. */
async function complaints(server: ControlPlane, keep: string): Promise<string[]> {
  const player = startNodePlayer(server.kubeconfig);
  try {
    await rollOut(new Kubectl(server.kubeconfig));
  } finally {
    player.stop();
    for (const name of LOGS) writeFileSync(join(keep, `${name}.log`), readFileSync(server.file(`${name}.log`)));
    await server.stop();
  }
  return LOGS.flatMap((name) => complaintsIn(readFileSync(join(keep, `${name}.log`), 'utf8')).map((line) => `${name}: ${line}`));
}

/** Runs of the real server: what is complained of there depends a little on time. */
const CONTROLS = 2;

const logFolder = (side: string): string => mkdtempSync(join(tmpdir(), `k8ts-programs-${side}-`));

await bar(async () => {
  for (const name of PEERS) peer(name);
  const [ourLogs, theirLogs] = [logFolder('ours'), logFolder('control')];
  const ours = await complaints(await startUpstream(37_443, true, { KUBE_APISERVER: `${process.execPath} ${programPath('kube-apiserver')}` }), ourLogs);
  const control: string[] = [];
  for (let i = 0; i < CONTROLS; i++) control.push(...(await complaints(await startUpstream(37_543, true), theirLogs)));
  const news = onlyIn(ours, control).filter((line) => !isConflict(line));
  const told = (lines: readonly string[]): string => `${new Set(lines).size} (${new Set(lines.filter(isConflict)).size} of conflicts)`;
  console.log(`bar:programs: different complaints against our server: ${told(ours)}, against the real one in ${CONTROLS} runs: ${told(control)}; logs in ${ourLogs} and ${theirLogs}`);
  for (const line of news) console.log(`only against ours: ${line}`);
  for (const line of new Set(onlyIn(control, ours))) console.log(`only against the real one: ${line}`);
  if (news.length > 0) process.exitCode = 1;
});
