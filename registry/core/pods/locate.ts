/** Which container and node a request for a pod's streams means. Behaves like upstream pkg/registry/core/pod/strategy.go (LogLocation, streamLocation). */
import { newBadRequest, newNotFound, StatusError } from '../../../apimachinery/errors.ts';
import type { Key } from '../../../apimachinery/meta.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { RequestContext } from '../../generic/context.ts';
import { visitContainers } from './containers.ts';

export type Pod = DeepReadonly<core.Pod>;
const PODS = { group: '', resource: 'pods' };

export async function getPod(key: Key, ctx: RequestContext): Promise<Pod> {
  const pod = await ctx.stores.of(core.Pod).get(key);
  if (!pod) throw newNotFound(PODS, key.name);
  return pod;
}

/** The named container, or the only one. */
export function containerOf(pod: Pod, wanted: string | null): string {
  const { name } = pod.metadata;
  const all: string[] = [];
  visitContainers(pod.spec as core.PodSpec, (container) => all.push(container.name));
  if (wanted) {
    if (!all.includes(wanted)) throw newBadRequest(`container ${wanted} is not valid for pod ${name}`);
    return wanted;
  }
  const regular = pod.spec.containers ?? [];
  const only = regular[0];
  if (!only) throw newBadRequest(`a container name must be specified for pod ${name}`);
  if (regular.length > 1) throw newBadRequest(`a container name must be specified for pod ${name}, choose one of: [${all.join(' ')}]`);
  return only.name;
}

/** Throws unless the node exists and can be reached. */
export async function checkNode(nodeName: string, ctx: RequestContext): Promise<void> {
  const node = await ctx.stores.of(core.Node).get({ namespace: '', name: nodeName });
  if (!node) throw newNotFound(PODS, nodeName);
  const addresses = node.status.addresses ?? [];
  if (addresses.length === 0) throw new StatusError(500, '', 'no preferred addresses found; known addresses: []');
}

export async function nodeOf(pod: Pod, ctx: RequestContext): Promise<string> {
  const { nodeName } = pod.spec;
  if (!nodeName) throw newBadRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  await checkNode(nodeName, ctx);
  return nodeName;
}
