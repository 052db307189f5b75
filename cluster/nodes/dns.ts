/** The cluster's DNS for real pods: the server on the bridge, and the service `kube-dns` that leads to it. */
import { isAlreadyExists } from '../../apimachinery/errors.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import * as discovery from '../../apimachinery/types/discovery.gen.ts';
import { newSharedInformers } from '../../client/cache/shared-informers.ts';
import type { Client } from '../../client/interface.ts';
import type { Lifecycle } from '../../component-base/lifecycle.ts';
import { startDnsServer } from '../../kube-proxy/dns/server.ts';
import { informerView } from '../../kube-proxy/dns/view.ts';
import { ADMIN } from '../identities.ts';
import { nthAddress } from '../service-addresses.ts';
import type { NodesDeps } from './deps.ts';

const NAMESPACE = 'kube-system';
const NAME = 'kube-dns';
const DNS_PORT = 53;

const PORTS = [
  { name: 'dns', protocol: 'UDP', port: DNS_PORT },
  { name: 'dns-tcp', protocol: 'TCP', port: DNS_PORT },
];

async function ensure(create: Promise<unknown>): Promise<void> {
  try {
    await create;
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

async function createService(client: Client, clusterIP: string, address: string, port: number): Promise<void> {
  const labels = { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' };
  await ensure(client.resource(core.Service).create({ metadata: { namespace: NAMESPACE, name: NAME, labels }, spec: { clusterIP, ports: PORTS.map((p) => ({ ...p, targetPort: port })) } }));
  await ensure(
    client.resource(discovery.EndpointSlice).create({
      metadata: { namespace: NAMESPACE, name: NAME, labels: { 'kubernetes.io/service-name': NAME, 'endpointslice.kubernetes.io/managed-by': 'k8ts' } },
      addressType: 'IPv4',
      ports: PORTS.map((p) => ({ ...p, port })),
      endpoints: [{ addresses: [address], conditions: { ready: true } }],
    }),
  );
}

/** Resolves once names are answered. */
export async function startDns(life: Lifecycle, { config, identities, handler, signal }: NodesDeps, address: string): Promise<void> {
  const client = identities.clientFor(ADMIN, handler);
  const informers = newSharedInformers({ client, clock: config.clock, log: config.log });
  const view = informerView(informers);
  informers.start(signal);
  await informers.waitForSync(signal);
  const server = await startDnsServer({ view, address, port: DNS_PORT, domain: 'cluster.local', clock: config.clock, log: config.log });
  life.onStop('DNS', () => server.close());
  await createService(client, nthAddress(config.serviceClusterIPRange, 10), address, server.port);
}
