/** What a cluster is asked to be, with its defaults; what cannot be is refused here, in words that name the option. */
import { realClock, type Clock } from '../component-base/clock.ts';
import { silentLog, type Log } from '../component-base/log.ts';
import { realRand, type Rand } from '../component-base/rand.ts';

export const COMPONENTS = ['apiserver', 'controllers', 'scheduler', 'nodes'] as const;
export type Component = (typeof COMPONENTS)[number];
export type StorageKind = 'memory' | 'lmdb' | 'etcd';
export type RuntimeKind = 'simulated' | 'containerd';

export interface EtcdOptions {
  readonly servers: readonly string[];
  /** Prefix of all keys; `/registry`. */
  readonly prefix?: string;
  /** PEM texts. */
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** Of etcd's own authentication; without it etcd knows who asks by the client certificate. */
  readonly user?: { readonly name: string; readonly password: string };
}

export interface ClusterOptions {
  /** Default memory. */
  readonly storage?: StorageKind;
  /** Keys, store and kubeconfig are kept here; absent: nothing is written anywhere (memory only). */
  readonly dataDir?: string;
  readonly etcd?: EtcdOptions;
  /** Of the API server; 0 (default): any free one. */
  readonly port?: number;
  readonly bindAddress?: string;
  /** Further names and addresses for the serving certificate. */
  readonly serverNames?: readonly string[];
  /** Default 1. */
  readonly nodes?: number;
  readonly runtime?: RuntimeKind;
  /** Default all. */
  readonly components?: readonly Component[];
  /** As --controllers of kube-controller-manager; default ['*']. */
  readonly controllers?: readonly string[];
  readonly serviceClusterIPRange?: string;
  readonly clusterCIDR?: string;
  readonly enableAdmissionPlugins?: readonly string[];
  readonly disableAdmissionPlugins?: readonly string[];
  /** A file that is appended a line for each request and answer (audit.k8s.io/v1, level Metadata); `-`: standard output; absent: none. */
  readonly auditLogPath?: string;
  /** Image archives for containerd nodes. */
  readonly images?: readonly string[];
  readonly log?: Log;
  readonly clock?: Clock;
  readonly rand?: Rand;
  /** Told what is being started. */
  readonly onProgress?: (text: string) => void;
}

export type ClusterConfig = Required<Omit<ClusterOptions, 'dataDir' | 'etcd' | 'auditLogPath' | 'onProgress'>> & Pick<ClusterOptions, 'dataDir' | 'etcd' | 'auditLogPath'> & { readonly onProgress: (text: string) => void };

/** An option that cannot be honoured. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  if ((allowed as readonly string[]).includes(value)) return value as T;
  throw new OptionError(`${name}: "${value}" is not supported; use one of ${allowed.join(', ')}`);
}

function wholeNumber(name: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value;
  throw new OptionError(`${name}: ${value} is not a whole number from 0 to ${max}`);
}

function checkEtcd(options: ClusterOptions): void {
  if (options.storage === 'etcd' && !options.etcd?.servers.length) throw new OptionError('storage etcd needs the addresses of its members: etcd-servers is empty');
  if (options.storage === 'lmdb' && options.dataDir === undefined) throw new OptionError('storage lmdb needs a data directory');
}

const MAX_NODES = 1000;

export function completeOptions(options: ClusterOptions): ClusterConfig {
  checkEtcd(options);
  return {
    storage: oneOf('storage', options.storage ?? 'memory', ['memory', 'lmdb', 'etcd']),
    ...(options.dataDir !== undefined && { dataDir: options.dataDir }),
    ...(options.etcd && { etcd: options.etcd }),
    ...(options.auditLogPath !== undefined && { auditLogPath: options.auditLogPath }),
    port: wholeNumber('port', options.port ?? 0, 65_535),
    bindAddress: options.bindAddress ?? '127.0.0.1',
    serverNames: options.serverNames ?? [],
    nodes: wholeNumber('nodes', options.nodes ?? 1, MAX_NODES),
    runtime: oneOf('runtime', options.runtime ?? 'simulated', ['simulated', 'containerd']),
    components: (options.components ?? COMPONENTS).map((c) => oneOf('components', c, COMPONENTS)),
    controllers: options.controllers ?? ['*'],
    serviceClusterIPRange: options.serviceClusterIPRange ?? '10.96.0.0/16',
    clusterCIDR: options.clusterCIDR ?? '10.244.0.0/16',
    enableAdmissionPlugins: options.enableAdmissionPlugins ?? [],
    disableAdmissionPlugins: options.disableAdmissionPlugins ?? [],
    images: options.images ?? [],
    log: options.log ?? silentLog,
    clock: options.clock ?? realClock,
    rand: options.rand ?? realRand,
    onProgress: options.onProgress ?? (() => undefined),
  };
}
