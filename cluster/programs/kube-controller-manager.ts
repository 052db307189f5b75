/** kube-controller-manager: the controllers against any API server, in upstream's flags. Behaves like upstream cmd/kube-controller-manager. */
import type { Flags } from '../../component-base/flags.ts';
import { newSharedInformers } from '../../client/cache/shared-informers.ts';
import type { Client } from '../../client/interface.ts';
import type { LoadedKubeconfig } from '../../client/kubeconfig.ts';
import controllers from '../../controllers/index.gen.ts';
import simulatedNodes from '../../controllers/simulated-nodes.ts';
import { runControllers, type RunControllersOptions } from '../../controllers/framework/run-controllers.ts';
import { serviceAccountTokenSource } from '../service-account-credentials.ts';
import { openSidePort } from '../side-port.ts';
import { connect, kubeconfigOf } from './connection.ts';
import { ELECTION_FLAGS, startLeading } from './election.ts';
import { fileOf, pkcs8 } from './files.ts';
import type { Program, ProgramDeps } from './program.ts';

const HONOURS = [
  'kubeconfig', 'controllers', ...ELECTION_FLAGS,
  'bind-address', 'secure-port', 'root-ca-file', 'cluster-signing-cert-file', 'cluster-signing-key-file', 'cluster-signing-duration', 'use-service-account-credentials', 'service-account-private-key-file', 'allocate-node-cidrs', 'cluster-cidr',
  'node-cidr-mask-size', 'node-cidr-mask-size-ipv4', 'service-cluster-ip-range', 'node-monitor-period', 'node-monitor-grace-period', 'node-startup-grace-period', 'node-eviction-rate', 'terminated-pod-gc-threshold',
  'max-endpoints-per-slice', 'resource-quota-sync-period', 'horizontal-pod-autoscaler-sync-period',
];
const IMPLIED = ['authentication-kubeconfig', 'authorization-kubeconfig', 'profiling', 'v', 'kube-api-qps', 'kube-api-burst', 'client-ca-file', 'requestheader-client-ca-file', 'cluster-name'];

/** Makes the tokens of the accounts under which the others run. */
const AS_ITSELF = new Set(['serviceaccount-token-controller']);
const SIMULATED_NODES = simulatedNodes.name;

type Settings = NonNullable<RunControllersOptions['settings']>;

function settingsOf(flags: Flags): Settings {
  const tokenKey = fileOf(flags, 'service-account-private-key-file');
  const [rootCA, signingCert, signingKey] = [fileOf(flags, 'root-ca-file'), fileOf(flags, 'cluster-signing-cert-file'), fileOf(flags, 'cluster-signing-key-file')];
  return {
    ...(tokenKey !== undefined && { serviceAccountPrivateKey: pkcs8('service-account-private-key-file', tokenKey) }),
    ...(rootCA !== undefined && { rootCA }),
    ...(signingCert !== undefined && { clusterSigningCert: signingCert }),
    ...(signingKey !== undefined && { clusterSigningKey: pkcs8('cluster-signing-key-file', signingKey) }),
    allocateNodeCIDRs: flags.bool('allocate-node-cidrs'),
    ...(flags.isSet('cluster-cidr') && { clusterCIDR: flags.string('cluster-cidr') }),
    ...(flags.isSet('node-cidr-mask-size') && { nodeCIDRMaskSizeIPv4: flags.number('node-cidr-mask-size') }),
    ...(flags.isSet('node-cidr-mask-size-ipv4') && { nodeCIDRMaskSizeIPv4: flags.number('node-cidr-mask-size-ipv4') }),
    ...(flags.isSet('service-cluster-ip-range') && { serviceClusterIPRange: flags.string('service-cluster-ip-range') }),
    ...durations(flags),
  };
}

function durations(flags: Flags): Settings {
  return {
    clusterSigningDuration: flags.duration('cluster-signing-duration'),
    nodeMonitorPeriod: flags.duration('node-monitor-period'),
    nodeMonitorGracePeriod: flags.duration('node-monitor-grace-period'),
    nodeStartupGracePeriod: flags.duration('node-startup-grace-period'),
    resourceQuotaSyncPeriod: flags.duration('resource-quota-sync-period'),
    horizontalPodAutoscalerSyncPeriod: flags.duration('horizontal-pod-autoscaler-sync-period'),
    nodeEvictionRate: flags.number('node-eviction-rate'),
    terminatedPodGCThreshold: flags.number('terminated-pod-gc-threshold'),
    maxEndpointsPerSlice: flags.number('max-endpoints-per-slice'),
  };
}

/**
 * Nodes of an upstream cluster are real: they are played by no controller unless it is named. With --use-service-account-credentials, its account
 * kube-system/simulated-nodes must then be bound to a role that lets it act for kubelets (cluster-admin).
 */
function selectionOf(flags: Flags): readonly string[] {
  const given = flags.isSet('controllers') ? flags.strings('controllers') : ['*'];
  return given.includes(SIMULATED_NODES) ? given : [...given, `-${SIMULATED_NODES}`];
}

/** As the kubeconfig says; with --use-service-account-credentials each controller by an account of its own. */
function clientsOf(flags: Flags, config: LoadedKubeconfig, client: Client, deps: ProgramDeps, mayAct: () => boolean): (name: string) => Client {
  if (!flags.bool('use-service-account-credentials')) return () => client;
  const tokens = serviceAccountTokenSource(client, deps.clock);
  return (name) => (AS_ITSELF.has(name) ? client : connect(config, `kube-controller-manager/${name}`, deps, { token: () => tokens(name), mayAct }));
}

export const kubeControllerManager: Program = {
  honours: HONOURS,
  impliedBy: IMPLIED,
  async start(flags, deps) {
    const { clock, rand, log, life } = deps;
    const config = kubeconfigOf(flags);
    const settings = settingsOf(flags);
    startLeading('kube-controller-manager', flags, config, deps, (signal, mayAct) => {
      const client = connect(config, 'kube-controller-manager', deps, { mayAct });
      const informers = newSharedInformers({ client, clock, log, rand });
      return runControllers({ controllers, clientFor: clientsOf(flags, config, client, deps, mayAct), informers, log, clock, rand, signal, enabled: selectionOf(flags), settings });
    });
    await openSidePort({ name: 'kube-controller-manager', address: flags.string('bind-address') || '0.0.0.0', port: flags.number('secure-port'), clock, life });
  },
};
