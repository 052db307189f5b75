/**
 * A cluster in this process: store, API server, controllers, scheduler and nodes, put together. Between the component folders (which do not know each other) and cmd.
 */
import { Lifecycle } from '../component-base/lifecycle.ts';
import { describeError } from '../component-base/log.ts';
import { Turns } from '../component-base/turns.ts';
import type { Client } from '../client/interface.ts';
import { MemoryStorage } from '../storage/memory/memory-storage.ts';
import type { AuditSink } from '../api/audit/interface.ts';
import { startApiServer, type RunningApiServer } from './api-server.ts';
import { openAuditLog } from './audit-log.ts';
import { settingsOf } from './api-settings.ts';
import { newControlPlaneInformers, startControllers, startElectedControllers, startElectedScheduler, startSchedulerIn, type ControlPlaneDeps } from './control-plane.ts';
import { DataDir } from './data-dir.ts';
import { ADMIN, Identities } from './identities.ts';
import { kubeconfigText } from './kubeconfig.ts';
import type { ContainerdNetwork } from './nodes/deps.ts';
import { startNodes } from './nodes/nodes.ts';
import { waitForNodes } from './nodes/ready.ts';
import { completeOptions, OptionError, type ClusterConfig, type ClusterOptions, type Component } from './options.ts';
import { ensurePki, memoryFiles, type Pki } from './pki/pki.ts';
import { serverNames } from './server-names.ts';
import { openStorage } from './store.ts';

export interface Cluster {
  /** Text of an administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** Acts as the administrator, without a socket. */
  readonly client: Client;
  /** Back to the state right after start. Memory store only. Watches see what that changes. */
  reset(): Promise<void>;
  /** Stops everything, cleanly. Idempotent. */
  stop(): Promise<void>;
}

const has = (config: ClusterConfig, component: Component): boolean => config.components.includes(component);

interface Parts {
  readonly life: Lifecycle;
  readonly config: ClusterConfig;
  readonly pki: Pki;
  readonly api: RunningApiServer;
  readonly identities: Identities;
  readonly network: ContainerdNetwork | undefined;
  readonly dir: DataDir | undefined;
}

/** Alone, or as a candidate where others use the same store. */
function startControlPlane(life: Lifecycle, deps: ControlPlaneDeps): void {
  const { config } = deps;
  const isShared = config.storage === 'etcd';
  const informers = newControlPlaneInformers(deps);
  if (has(config, 'controllers')) {
    config.onProgress('controllers');
    const running = (isShared ? startElectedControllers(deps) : startControllers(deps, informers)).catch((error: unknown) => config.log.error('the controllers stopped', error));
    life.onStop('controllers', () => running);
  }
  if (!has(config, 'scheduler')) return;
  config.onProgress('scheduler');
  if (!isShared) return startSchedulerIn(deps, informers);
  const running = startElectedScheduler(deps).catch((error: unknown) => config.log.error('the scheduler stopped', error));
  life.onStop('scheduler', () => running);
}

async function startParts({ life, config, pki, api, identities, network, dir }: Parts): Promise<void> {
  const deps = { config, identities, handler: api.handler, pki, signal: life.signal };
  startControlPlane(life, deps);
  if (has(config, 'nodes') && config.nodes > 0) {
    config.onProgress(`${config.nodes} ${config.runtime} node${config.nodes === 1 ? '' : 's'}`);
    await startNodes(life, { ...deps, api, ...(network && { network }), ...(dir && { dir }) });
    await waitForNodes(identities.clientFor(ADMIN, api.handler), config, life.signal);
  }
}

/** Nodes with real containers have a network of their own, which the API server joins. */
async function networkOf(life: Lifecycle, config: ClusterConfig): Promise<ContainerdNetwork | undefined> {
  if (config.runtime !== 'containerd' || !has(config, 'nodes') || config.nodes === 0) return undefined;
  config.onProgress('network');
  const { makeContainerdNetwork } = await import('./nodes/containerd.ts');
  return makeContainerdNetwork(life, config);
}

function auditSinkOf(life: Lifecycle, { auditLogPath, log }: ClusterConfig): AuditSink | undefined {
  if (auditLogPath === undefined) return undefined;
  const { sink, close } = openAuditLog(auditLogPath, log);
  life.onStop('audit log', close);
  return sink;
}

async function assemble(life: Lifecycle, config: ClusterConfig, dir: DataDir | undefined): Promise<Cluster> {
  const network = await networkOf(life, config);
  config.onProgress(`store (${config.storage})`);
  const names = serverNames(config, network?.address);
  const [storage, pki] = await Promise.all([openStorage(config, dir), ensurePki(dir?.pkiFiles ?? memoryFiles(), names, config.clock.now())]);
  life.onStop('store', () => storage.close());
  const identities = new Identities(new Turns(config.clock));
  config.onProgress('API server');
  const { clock, rand, log } = config;
  const auditSink = auditSinkOf(life, config);
  const api = await startApiServer(settingsOf(config, pki, network?.address), { life, storage, clock, rand, log, isSharedStore: config.storage === 'etcd', processTokens: identities.tokens, ...(auditSink && { auditSink }) });
  life.onStop('clients', () => identities.close());
  const kubeconfig = kubeconfigText({ server: api.url, ca: pki.ca.cert, ...pki.admin, user: 'kubernetes-admin' });
  await startParts({ life, config, pki, api, identities, network, dir });
  const snapshot = storage instanceof MemoryStorage ? storage.snapshot() : undefined;
  return {
    kubeconfig,
    server: api.url,
    client: identities.clientFor(ADMIN, api.handler),
    async reset() {
      if (!(storage instanceof MemoryStorage) || !snapshot) throw new OptionError(`reset: the store ${config.storage} keeps its state; only a cluster on the memory store can be reset`);
      storage.restore(snapshot);
      await api.caughtUp();
    },
    stop: () => life.stop(),
  };
}

/** Starts a cluster and resolves when its API answers and its nodes are Ready. What started is stopped again when a part fails. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const config = completeOptions(options);
  const life = new Lifecycle(config.log);
  const dir = config.dataDir === undefined ? undefined : new DataDir(config.dataDir);
  try {
    if (dir) {
      dir.prepare();
      life.onStop('lock', dir.lock());
    }
    const cluster = await assemble(life, config, dir);
    dir?.write(cluster.kubeconfig, 'admin.kubeconfig');
    return cluster;
  } catch (error) {
    config.log.debug('the cluster did not start', { err: describeError(error) });
    await life.stop();
    throw error;
  }
}
