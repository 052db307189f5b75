/** The API server's own metrics. Behaves like upstream apiserver/pkg/endpoints/metrics. */
import type { Gauge, Metrics } from '../../component-base/metrics.ts';
import type { RequestInfo } from '../../registry/generic/context.ts';
import { isLongRunning } from './long-running.ts';

const DURATIONS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
const TARGET = ['verb', 'group', 'version', 'resource', 'subresource', 'scope', 'component'];
/** Health checks, metrics and other frequent paths keep their path as the subresource; the rest would be unbounded. */
const KNOWN_PATHS = /^\/(healthz|livez|readyz|metrics|version|openapi\/v[23]|api|apis)$/;
const VERBS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE', deletecollection: 'DELETE', get: 'GET', list: 'LIST', watch: 'WATCH' };

export interface RequestMetrics {
  /** Called when a long-running request starts; the returned function at its end. */
  started(info: RequestInfo): () => void;
  finished(info: RequestInfo, status: number, seconds: number, bytes: number | undefined): void;
  /** Of --max-requests-inflight and --max-mutating-requests-inflight. */
  readonly inFlight: Gauge;
}

export function requestMetrics(metrics: Metrics): RequestMetrics {
  const total = metrics.counter('apiserver_request_total', 'Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.', ['verb', 'dry_run', ...TARGET.slice(1), 'code']);
  const duration = metrics.histogram('apiserver_request_duration_seconds', 'Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.', ['verb', 'dry_run', ...TARGET.slice(1)], DURATIONS);
  const sli = metrics.histogram('apiserver_request_sli_duration_seconds', 'Response latency distribution in seconds for each verb, group, version, resource, subresource, scope and component.', TARGET, DURATIONS.slice(2));
  const sizes = metrics.histogram('apiserver_response_sizes', 'Response size distribution in bytes for each group, version, verb, resource, subresource, scope and component.', TARGET, SIZES);
  const longRunning = metrics.gauge('apiserver_longrunning_requests', 'Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component.', TARGET);
  const inFlight = metrics.gauge('apiserver_current_inflight_requests', 'Maximal number of currently used inflight request limit of this apiserver per request kind in last second.', ['request_kind']);
  return {
    inFlight,
    started(info) {
      const labels = labelsOf(info);
      longRunning.add(1, labels);
      return () => longRunning.add(-1, labels);
    },
    finished(info, status, seconds, bytes) {
      const labels = labelsOf(info);
      const withDryRun = { ...labels, dry_run: info.query.get('dryRun') ?? '' };
      total.inc({ ...withDryRun, code: status });
      duration.observe(seconds, withDryRun);
      if (!isLongRunning(info)) sli.observe(seconds, labels);
      if (bytes !== undefined && labels.verb !== 'WATCH') sizes.observe(bytes, labels);
    },
  };
}

function labelsOf(info: RequestInfo): Record<string, string> {
  if (!info.isResourceRequest) {
    const subresource = KNOWN_PATHS.test(info.path) ? info.path : '';
    return { verb: info.verb.toUpperCase(), group: '', version: '', resource: '', subresource, scope: '', component: 'apiserver' };
  }
  const verb = info.subresource === 'exec' || info.subresource === 'attach' || info.subresource === 'portforward' || info.subresource === 'proxy' ? 'CONNECT' : (VERBS[info.verb] ?? 'other');
  const scope = info.name !== '' ? 'resource' : info.namespace !== '' ? 'namespace' : 'cluster';
  return { verb, group: info.apiGroup, version: info.apiVersion, resource: info.resource, subresource: info.subresource, scope, component: 'apiserver' };
}
