/** The proxy subresources of pods, services and nodes. Behaves like upstream pkg/registry/core/{pod,service,node} (ResourceLocation). */
import { retargeted, type ApiResponse, type Received } from '../../apimachinery/http.ts';
import { newBadRequest, newNotFound, newServiceUnavailable } from '../../apimachinery/errors.ts';
import type { Key } from '../../apimachinery/meta.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { ConnectVerb } from '../generic/define.ts';
import type { Authenticated, RequestContext } from '../generic/context.ts';
import { checkNode, getPod } from './pods/locate.ts';
import { isProxyableIP } from './validation/ip.ts';

export const PROXY_VERBS: readonly ConnectVerb[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

interface Target {
  readonly scheme: string;
  readonly name: string;
  readonly port: string;
}

/** `name`, `name:port`, `scheme:name:port`; undefined: none of them. Behaves like upstream utilnet.SplitSchemeNamePort. */
export function splitTarget(id: string): Target | undefined {
  const parts = id.split(':');
  const [a = '', b = '', c = ''] = parts;
  const target =
    parts.length === 1
      ? { scheme: '', name: a, port: '' }
      : parts.length === 2
        ? { scheme: '', name: a, port: b }
        : { scheme: a, name: b, port: c };
  const isKnown = parts.length < 3 || (parts.length === 3 && (a === 'http' || a === 'https' || a === ''));
  return isKnown && target.name !== '' ? target : undefined;
}

function parseTarget(id: string, what: string): Target {
  const target = splitTarget(id);
  if (!target) throw newBadRequest(`invalid ${what} request ${JSON.stringify(id)}`);
  return target;
}

/** The path behind /proxy, undecoded. */
function tail(request: Authenticated): string {
  const at = request.rawPath.indexOf('/proxy', request.rawPath.indexOf(request.info.resource));
  const rest = at < 0 ? '' : request.rawPath.slice(at + '/proxy'.length);
  return rest === '' ? '/' : rest;
}

const forwarded = (request: Authenticated): Received => retargeted(request, { rawPath: tail(request) });
const hostPort = (ip: string, port: string): string => `${ip.includes(':') ? `[${ip}]` : ip}${port === '' ? '' : `:${port}`}`;

export async function proxyToPod(key: Key, request: Authenticated, ctx: RequestContext): Promise<ApiResponse> {
  const { scheme, name, port } = parseTarget(key.name, 'pod');
  const pod = await getPod({ ...key, name }, ctx);
  const declared = (pod.spec.containers ?? []).find((c) => (c.ports ?? []).length > 0)?.ports?.[0]?.containerPort;
  const ip = pod.status.podIPs?.[0]?.ip ?? '';
  if (!isProxyableIP(ip)) throw newBadRequest('address not allowed');
  const url = `${scheme || 'http'}://${hostPort(ip, port || (declared === undefined ? '' : String(declared)))}`;
  return ctx.egress.call({ url }, forwarded(request));
}

const KUBELET_PORT = 10250;

export async function proxyToNode(key: Key, request: Authenticated, ctx: RequestContext): Promise<ApiResponse> {
  const { scheme, name, port } = parseTarget(key.name, 'node');
  const node = await ctx.stores.of(core.Node).get({ namespace: '', name });
  if (!node) throw newNotFound({ group: '', resource: 'nodes' }, name);
  await checkNode(name, ctx);
  const kubelet = String(node.status.daemonEndpoints?.kubeletEndpoint?.Port || KUBELET_PORT);
  if (port === '' || port === kubelet) return ctx.egress.call({ node: name }, forwarded(request));
  const address = node.status.addresses?.find((a) => a.type === 'InternalIP') ?? node.status.addresses?.[0];
  return ctx.egress.call({ url: `${scheme || 'http'}://${hostPort(address?.address ?? '', port)}` }, forwarded(request));
}

export async function proxyToService(key: Key, request: Authenticated, ctx: RequestContext): Promise<ApiResponse> {
  const { scheme, name, port } = parseTarget(key.name, 'service');
  const service = { ...key, name };
  const portName = /^[+-]?[0-9]+$/.test(port) ? await namedPort(service, Number(port), ctx) : port;
  const endpoint = await someEndpoint(service, key.name, portName, ctx);
  return ctx.egress.call({ url: `${scheme || 'http'}://${endpoint}` }, forwarded(request));
}

async function namedPort(key: Key, port: number, ctx: RequestContext): Promise<string> {
  const service = await ctx.stores.of(core.Service).get(key);
  if (!service) throw newNotFound({ group: '', resource: 'services' }, key.name);
  const found = (service.spec.ports ?? []).find((p) => p.port === port);
  if (!found) throw newServiceUnavailable(`no service port ${port} found for service ${JSON.stringify(key.name)}`);
  return found.name ?? '';
}

/** An address of a pod behind the service, picked at random. */
async function someEndpoint(key: Key, asked: string, portName: string, ctx: RequestContext): Promise<string> {
  const endpoints = await ctx.stores.of(core.Endpoints).get(key);
  // Upstream names the resource of the request.
  if (!endpoints) throw newNotFound({ group: '', resource: 'services' }, key.name);
  const subsets = endpoints.subsets ?? [];
  if (subsets.length === 0) throw noEndpoints(key.name);
  const candidates: string[] = [];
  for (const subset of subsets) {
    const port = (subset.ports ?? []).find((p) => (p.name ?? '') === portName)?.port;
    if (port === undefined) continue;
    for (const address of subset.addresses ?? [])
      if (await isPodsAddress(address, key.namespace, ctx)) candidates.push(hostPort(address.ip, String(port)));
  }
  const chosen = candidates[ctx.rand.int(Math.max(1, candidates.length))];
  if (chosen === undefined) throw noEndpoints(asked);
  return chosen;
}

const noEndpoints = (service: string): Error => newServiceUnavailable(`no endpoints available for service ${JSON.stringify(service)}`);

/** Only pods are reached: else whoever may write Endpoints could lead the server anywhere. */
async function isPodsAddress(
  { ip, targetRef }: DeepReadonly<core.EndpointAddress>,
  namespace: string,
  ctx: RequestContext,
): Promise<boolean> {
  if (!targetRef || targetRef.namespace !== namespace) return false;
  const pod = await ctx.stores.of(core.Pod).get({ namespace, name: targetRef.name ?? '' });
  return (pod?.status.podIPs ?? []).some((p) => p.ip === ip);
}
