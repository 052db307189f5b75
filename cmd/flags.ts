/** The flags of `k8ts`, command by command. */
import type { FlagSpec } from '../component-base/flags.ts';

const flag = (name: string, type: string, fallback: string, description: string, short?: string): FlagSpec => ({ name, type, default: fallback, description, ...(short && { short }) });

const dataDir = flag('data-dir', 'string', '', 'where the cluster keeps its keys, its store and its kubeconfig (default $K8TS_DATA_DIR or ~/.k8ts)');
const help = flag('help', 'bool', '', 'print this', 'h');

const etcdServers = flag('etcd-servers', 'strings', '', 'URLs of the etcd members, with --storage etcd');
const ETCD: readonly FlagSpec[] = [
  flag('etcd-prefix', 'string', '/registry', 'prefix of all keys in etcd'),
  flag('etcd-cafile', 'string', '', 'authority of the etcd servers'),
  flag('etcd-certfile', 'string', '', 'client certificate for etcd'),
  flag('etcd-keyfile', 'string', '', 'its key'),
  flag('etcd-username', 'string', '', 'user of etcd, where etcd has authentication on'),
  flag('etcd-password-file', 'string', '', 'a file with the password of that user'),
];

export const UP_FLAGS: readonly FlagSpec[] = [
  flag('nodes', 'int', '1', 'how many nodes to run; 0: Node objects that you create are simulated'),
  flag('runtime', 'string', 'auto', 'auto, simulated or containerd (real containers: Linux and root)'),
  flag('storage', 'string', 'lmdb', 'lmdb (embedded, durable), memory or etcd'),
  dataDir,
  etcdServers,
  ...ETCD,
  flag('port', 'int', '6443', 'port of the API server; 0: any free one'),
  flag('bind-address', 'string', '127.0.0.1', 'address the API server listens on'),
  flag('components', 'strings', 'apiserver,controllers,scheduler,nodes', 'which parts run'),
  flag('controllers', 'strings', '*', "which controllers run, in kube-controller-manager's syntax"),
  flag('service-cluster-ip-range', 'string', '10.96.0.0/16', 'addresses of services'),
  flag('cluster-cidr', 'string', '10.244.0.0/16', 'addresses of pods'),
  flag('enable-admission-plugins', 'strings', '', 'admission plugins beside the default ones'),
  flag('disable-admission-plugins', 'strings', '', 'admission plugins to leave out'),
  flag('audit-log-path', 'string', '', 'a file that is appended a line for each request and answer; -: standard output'),
  flag('images', 'strings', '', 'image archives to load on every containerd node'),
  flag('detach', 'bool', '', 'return when the cluster is ready and leave it running', 'd'),
  flag('log-level', 'string', 'warn', 'debug, info, warn or error'),
  help,
];

export const DATA_DIR_FLAGS: readonly FlagSpec[] = [dataDir, help];

const place = [dataDir, { ...etcdServers, description: 'URLs of the etcd members, in place of a data directory' }, ...ETCD];

export const SNAPSHOT_SAVE_FLAGS: readonly FlagSpec[] = [...place, help];
export const SNAPSHOT_RESTORE_FLAGS: readonly FlagSpec[] = [
  ...place,
  flag('bump-revision', 'int', '', 'how far to raise the revision above that of the snapshot: more than was written since, so that no watch goes back (default 100000; 1000 on etcd, where each costs a write)'),
  help,
];
export const SNAPSHOT_VERIFY_FLAGS: readonly FlagSpec[] = [help];
