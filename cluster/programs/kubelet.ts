/** kubelet: the node agent on a containerd that is there already, in upstream's flags and configuration file. Behaves like upstream cmd/kubelet. */
import { hostname, networkInterfaces } from 'node:os';
import { parse } from 'yaml';
import { FlagError, type Flags } from '../../component-base/flags.ts';
import { newSharedInformers } from '../../client/cache/shared-informers.ts';
import { newEventRecorder } from '../../client/record/event-recorder.ts';
import { startKubelet } from '../../kubelet/kubelet.ts';
import { selfSignedCertificate } from '../../kubelet/certificates/serving-certificate.ts';
import { newContainerdRuntime } from '../../kubelet/runtime/containerd/containerd-runtime.ts';
import { hostMachine } from '../../kubelet/runtime/containerd/host-machine.ts';
import { RequestAuthorizer } from '../../kubelet/server/authentication.ts';
import { listenKubelet } from '../../kubelet/server/listener.ts';
import { diskFiles } from '../../kubelet/volumes/disk-files.ts';
import type { KeyPair } from '../pki/certificate.ts';
import { connect, kubeconfigOf } from './connection.ts';
import { fileOf, readFlagFile } from './files.ts';
import type { Program } from './program.ts';

/** The fields of KubeletConfiguration (kubelet.config.k8s.io/v1beta1) that are honoured. */
interface KubeletConfiguration {
  readonly containerRuntimeEndpoint?: string;
  readonly clusterDNS?: readonly string[];
  readonly clusterDomain?: string;
  readonly cgroupRoot?: string;
  readonly podCIDR?: string;
  readonly port?: number;
  readonly resolvConf?: string;
  readonly maxPods?: number;
  readonly tlsCertFile?: string;
  readonly tlsPrivateKeyFile?: string;
  readonly authentication?: { readonly x509?: { readonly clientCAFile?: string } };
}

const DEFAULT_SOCKET = '/run/containerd/containerd.sock';

function configurationOf(flags: Flags): KubeletConfiguration {
  const text = fileOf(flags, 'config');
  if (text === undefined) return {};
  const config = parse(text) as (KubeletConfiguration & { kind?: string }) | null;
  if (config?.kind !== 'KubeletConfiguration') throw new FlagError(`--config: ${flags.string('config')} holds no KubeletConfiguration`);
  return config;
}

function addressOf(flags: Flags): string {
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return flags.string('node-ip') || (own.find((a) => a.family === 'IPv4' && !a.internal)?.address ?? '127.0.0.1');
}

function servingOf(config: KubeletConfiguration): KeyPair | undefined {
  const { tlsCertFile, tlsPrivateKeyFile } = config;
  if (tlsCertFile === undefined || tlsPrivateKeyFile === undefined) return undefined;
  return { cert: readFlagFile('config', tlsCertFile), key: readFlagFile('config', tlsPrivateKeyFile) };
}

export const kubelet: Program = {
  honours: ['kubeconfig', 'config', 'hostname-override', 'node-ip', 'root-dir', 'container-runtime-endpoint', 'node-labels', 'pod-cidr'],
  impliedBy: ['v', 'container-runtime', 'register-node'],
  async start(flags, deps) {
    const { clock, rand, log, life } = deps;
    const config = configurationOf(flags);
    const nodeName = flags.string('hostname-override') || hostname().toLowerCase();
    const address = addressOf(flags);
    const root = flags.string('root-dir') || '/var/lib/kubelet';
    const endpoint = flags.string('container-runtime-endpoint') || config.containerRuntimeEndpoint || DEFAULT_SOCKET;
    const podCIDR = flags.string('pod-cidr') || config.podCIDR;
    const port = config.port ?? 10_250;
    const client = connect(kubeconfigOf(flags), `kubelet/${nodeName}`, deps);
    const node = await startKubelet({
      nodeName,
      client,
      informers: newSharedInformers({ client, clock, log, rand }),
      runtime: newContainerdRuntime({ socket: endpoint.replace(/^unix:\/\//, ''), clock }),
      recorder: newEventRecorder({ client, source: { component: 'kubelet', host: nodeName }, clock, rand, log, signal: life.signal }),
      clock,
      rand,
      log,
      machine: hostMachine('/', config.maxPods),
      files: diskFiles,
      volumesRoot: root,
      podLogsRoot: '/var/log/pods',
      addresses: [address],
      port,
      ...(podCIDR && { podCIDR }),
      ...(config.clusterDNS && { clusterDNS: config.clusterDNS }),
      ...(config.clusterDomain !== undefined && { clusterDomain: config.clusterDomain }),
      ...(config.resolvConf !== undefined && { resolvConf: readFlagFile('config', config.resolvConf) }),
      ...(config.cgroupRoot !== undefined && { cgroupRoot: config.cgroupRoot }),
      labels: Object.fromEntries(flags.map('node-labels')),
      signal: life.signal,
    });
    const clientCAFile = config.authentication?.x509?.clientCAFile;
    const listener = await listenKubelet({
      handler: new RequestAuthorizer({ client, clock, nodeName }).protect(node.handler),
      address,
      port,
      serving: servingOf(config) ?? (await selfSignedCertificate(nodeName, [address], clock.now())),
      clientCA: clientCAFile === undefined ? '' : readFlagFile('config', clientCAFile),
      log,
      signal: life.signal,
    });
    life.onStop('kubelet port', () => listener.close());
  },
};
