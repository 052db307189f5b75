/**
 * How the server reaches nodes, services and URLs; between strategies and admission (RequestContext.egress) and the network.
 * Behaves like upstream pkg/kubelet/client/kubelet_client.go and apiserver/pkg/util/proxy.
 */
import { newInternalError, newNotFound, newServiceUnavailable } from '../../apimachinery/errors.ts';
import type { ApiResponse, Handler, Received } from '../../apimachinery/http.ts';
import type { Key } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import * as discovery from '../../apimachinery/types/discovery.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { Egress, Stores } from '../../registry/generic/context.ts';
import { HttpClient, type OutgoingTLS } from './http-client.ts';
import { endpointsIn, joinHostPort } from './service-address.ts';

export interface EgressOptions {
  readonly stores: Stores;
  readonly rand: Rand;
  /** The client certificate for kubelets and the authority of theirs. */
  readonly kubelet: OutgoingTLS;
  /** --kubelet-preferred-address-types */
  readonly preferredAddressTypes?: readonly string[];
  /** Asked first: an in-process kubelet of this node, if there is one. */
  localNode?(name: string): Handler | undefined;
  /** Asked first: what answers at a pod's or a node's address without a network, if anything does. */
  localAddress?(url: URL): Handler | undefined;
}

export interface ClosableEgress extends Egress {
  close(): void;
}

const KUBELET_PORT = 10250;
const ADDRESS_TYPES = ['Hostname', 'InternalDNS', 'InternalIP', 'ExternalDNS', 'ExternalIP'];
const UNVERIFIED: OutgoingTLS = {};

export function newEgress(options: EgressOptions): ClosableEgress {
  const client = new HttpClient();
  return {
    async call(to, request) {
      if ('node' in to) return options.localNode?.(to.node)?.(request) ?? callNode(client, options, to.node, request);
      const url = 'service' in to ? serviceURL(options, to.service, to.port) : new URL(to.url);
      return options.localAddress?.(url)?.(request) ?? client.send(url, request, UNVERIFIED);
    },
    close: () => client.close(),
  };
}

async function callNode(client: HttpClient, { stores, kubelet, preferredAddressTypes }: EgressOptions, name: string, request: Received): Promise<ApiResponse> {
  const node = stores.cached(core.Node).get({ namespace: '', name });
  if (!node) throw newNotFound({ group: '', resource: 'nodes' }, name);
  const port = node.status.daemonEndpoints?.kubeletEndpoint?.Port || KUBELET_PORT;
  return client.send(new URL(`https://${joinHostPort(addressOf(node, preferredAddressTypes ?? ADDRESS_TYPES), port)}`), request, kubelet);
}

function addressOf(node: DeepReadonly<core.Node>, types: readonly string[]): string {
  for (const type of types) {
    const found = (node.status.addresses ?? []).find((a) => a.type === type);
    if (found) return found.address;
  }
  throw newInternalError(`no preferred addresses found; known addresses: [${(node.status.addresses ?? []).map((a) => `{${a.type} ${a.address}}`).join(' ')}]`);
}

/** Straight to an endpoint: the API server need not be on the pod network's service proxy. */
function serviceURL({ stores, rand }: EgressOptions, key: Key, port: number): URL {
  const service = stores.cached(core.Service).get(key);
  if (!service) throw newNotFound({ group: '', resource: 'services' }, key.name);
  if (service.spec.type === 'ExternalName') return new URL(`https://${service.spec.externalName ?? ''}:${port}`);
  const name = (service.spec.ports ?? []).find((p) => p.port === port)?.name ?? '';
  const targets = stores.cached(discovery.EndpointSlice).list(key.namespace).flatMap((slice) => endpointsIn(slice, key.name, name));
  const target = targets[rand.int(Math.max(1, targets.length))];
  if (target === undefined) throw newServiceUnavailable(`no endpoints available for service ${JSON.stringify(key.name)}`);
  return new URL(`https://${target}`);
}
