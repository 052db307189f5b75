/** Requests that have no deadline and do not count as in flight. Behaves like upstream apiserver/pkg/server/filters/longrunning.go. */
import type { RequestInfo } from '../../registry/generic/context.ts';

const VERBS = new Set(['watch', 'proxy']);
const SUBRESOURCES = new Set(['attach', 'exec', 'proxy', 'log', 'portforward']);

export function isLongRunning(info: RequestInfo): boolean {
  return VERBS.has(info.verb) || (info.isResourceRequest && SUBRESOURCES.has(info.subresource)) || (!info.isResourceRequest && info.path.startsWith('/debug/pprof/'));
}
