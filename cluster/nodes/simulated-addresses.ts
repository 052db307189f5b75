/**
 * What answers at the addresses of simulated pods and nodes, for the API server's proxy, webhooks and aggregation: the simulated network, in this process. No packet leaves for such an address,
 * be there a pod or not.
 */
import { BlockList, isIP } from 'node:net';
import { newServiceUnavailable } from '../../apimachinery/errors.ts';
import type { ApiResponse, Handler, Received } from '../../apimachinery/http.ts';
import type { PodNetwork } from '../../kubelet/runtime/interface.ts';

export interface SimulatedNetwork {
  /** The node's own address: pods on the host's network have it. */
  readonly address: string;
  readonly network: PodNetwork;
}

const PROXY_TIMEOUT_MS = 30_000;
const encoder = new TextEncoder();

function rangesOf(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', prefix = ''] = cidr.split('/');
    if (isIP(network) !== 0) list.addSubnet(network, Number(prefix), isIP(network) === 6 ? 'ipv6' : 'ipv4');
  }
  return list;
}

const portOf = (url: URL): number => (url.port !== '' ? Number(url.port) : url.protocol === 'https:' ? 443 : 80);

async function answer(network: PodNetwork, host: string, url: URL, request: Received): Promise<ApiResponse> {
  const scheme = url.protocol === 'https:' ? 'https' : 'http';
  const path = request.rawQuery === '' ? request.rawPath : `${request.rawPath}?${request.rawQuery}`;
  const { status, body } = await network.http({ scheme, host, port: portOf(url), path, headers: [], timeoutMs: PROXY_TIMEOUT_MS });
  return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body: { kind: 'bytes', bytes: encoder.encode(body) } };
}

/** Finds what answers at a URL; undefined: the address is none of these. `cidrs`: of all simulated pods. */
export function simulatedAddresses(nodes: readonly SimulatedNetwork[], cidrs: readonly string[]): (url: URL) => Handler | undefined {
  const pods = rangesOf(cidrs);
  const byNode = new Map(nodes.map((node) => [node.address, node.network]));
  return (url) => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const family = isIP(host);
    if (family === 0 || !(byNode.has(host) || pods.check(host, family === 6 ? 'ipv6' : 'ipv4'))) return undefined;
    const network = byNode.get(host) ?? nodes.find((node) => node.network.has?.(host))?.network;
    return async (request) => {
      try {
        if (network) return await answer(network, host, url, request);
      } catch (error) {
        throw newServiceUnavailable(`error trying to reach service: ${error instanceof Error ? error.message : String(error)}`, error);
      }
      throw newServiceUnavailable(`error trying to reach service: dial tcp ${url.hostname}:${portOf(url)}: connect: connection refused`);
    };
  };
}
