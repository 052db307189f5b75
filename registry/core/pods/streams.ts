/** pods/exec, attach and portforward: upgraded connections to the kubelet. Behaves like upstream pkg/registry/core/pod/rest/subresources.go. */
import { retargeted, type ApiResponse } from '../../../apimachinery/http.ts';
import { newForbidden } from '../../../apimachinery/errors.ts';
import type { Key } from '../../../apimachinery/meta.ts';
import type { Authenticated, RequestContext } from '../../generic/context.ts';
import { flag, parseInteger } from './options.ts';
import { containerOf, getPod, nodeOf } from './locate.ts';

const STREAMS = [
  ['stdin', 'input'],
  ['stdout', 'output'],
  ['stderr', 'error'],
  ['tty', 'tty'],
] as const;

function streamParams(query: URLSearchParams): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, kubelet] of STREAMS) if (flag(query, name)) params.append(kubelet, '1');
  return params;
}

/** A WebSocket upgrade is a GET, but what it opens needs the permission to create. */
async function checkCreate(request: Authenticated, ctx: RequestContext): Promise<void> {
  if (!ctx.authorizer || request.info.verb === 'create') return;
  const { namespace, apiGroup, apiVersion, resource, subresource, name } = request.info;
  const attributes = {
    user: request.user,
    verb: 'create',
    isResourceRequest: true,
    namespace,
    apiGroup,
    apiVersion,
    resource,
    subresource,
    name,
    path: request.info.path,
  };
  const { decision, reason } = await ctx.authorizer.authorize(attributes);
  if (decision === 'allow') return;
  const why = `User ${JSON.stringify(request.user.name)} cannot create resource "${resource}/${subresource}" in API group "" in the namespace ${JSON.stringify(namespace)}`;
  throw newForbidden({ group: '', resource: 'pods' }, name, reason === '' ? why : `${why}: ${reason}`);
}

const stream =
  (path: 'exec' | 'attach', params: (query: URLSearchParams) => URLSearchParams) =>
  async (key: Key, request: Authenticated, ctx: RequestContext): Promise<ApiResponse> => {
    await checkCreate(request, ctx);
    const pod = await getPod(key, ctx);
    const container = containerOf(pod, request.info.query.get('container'));
    const node = await nodeOf(pod, ctx);
    const rawPath = `/${path}/${key.namespace}/${key.name}/${container}`;
    return ctx.egress.call({ node }, retargeted(request, { rawPath, rawQuery: params(request.info.query).toString() }));
  };

export const podAttach = stream('attach', streamParams);

export const podExec = stream('exec', (query) => {
  const params = streamParams(query);
  for (const part of query.getAll('command')) params.append('command', part);
  return params;
});

export async function podPortForward(key: Key, request: Authenticated, ctx: RequestContext): Promise<ApiResponse> {
  await checkCreate(request, ctx);
  const pod = await getPod(key, ctx);
  const node = await nodeOf(pod, ctx);
  const ports = request.info.query
    .getAll('ports')
    .flatMap((p) => p.split(','))
    .map(parseInteger);
  const rawQuery = ports.length > 0 ? `port=${encodeURIComponent(ports.join(','))}` : '';
  return ctx.egress.call({ node }, retargeted(request, { rawPath: `/portForward/${key.namespace}/${key.name}`, rawQuery }));
}
