/** kube-proxy: services of a cluster on this machine, in upstream's flags. Behaves like upstream cmd/kube-proxy. */
import { hostname } from 'node:os';
import { FlagError, type Flags } from '../../component-base/flags.ts';
import { newSharedInformers } from '../../client/cache/shared-informers.ts';
import { newNftablesBackend } from '../../kube-proxy/backends/nftables/backend.ts';
import { startProxier } from '../../kube-proxy/proxier.ts';
import { connect, kubeconfigOf } from './connection.ts';
import type { Program } from './program.ts';

function modeOf(flags: Flags): void {
  const mode = flags.string('proxy-mode') || 'nftables';
  if (mode !== 'nftables') throw new FlagError(`--proxy-mode: "${mode}" is not supported; use nftables`);
}

export const kubeProxy: Program = {
  honours: ['kubeconfig', 'hostname-override', 'cluster-cidr', 'proxy-mode', 'cleanup'],
  impliedBy: ['v', 'kube-api-qps', 'kube-api-burst'],
  async start(flags, deps) {
    modeOf(flags);
    const { clock, log, life, rand } = deps;
    const client = connect(kubeconfigOf(flags), 'kube-proxy', deps);
    const informers = newSharedInformers({ client, clock, log, rand });
    const backend = newNftablesBackend({ netns: '', clusterCIDR: flags.string('cluster-cidr') });
    startProxier({ informers, backend, node: { nodeName: flags.string('hostname-override') || hostname(), zone: '' }, clock, log, signal: life.signal });
    informers.start(life.signal);
    await informers.waitForSync(life.signal);
  },
};
