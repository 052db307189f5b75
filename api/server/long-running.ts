/** Requests that have no deadline and do not count as in flight. Behaves like upstream apiserver/pkg/server/filters/longrunning.go. */
import type { RequestInfo } from '../../registry/generic/context.ts';

const SUBRESOURCES = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

export function isLongRunning(info: RequestInfo): boolean {
  const { verb, subresource } = info;
  if (verb === 'watch' || verb === 'proxy') return true;
  return info.isResourceRequest ? subresource !== '' && SUBRESOURCES.has(subresource) : info.path.startsWith('/debug/pprof/');
}
