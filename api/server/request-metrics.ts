/** The API server's own metrics. Behaves like upstream apiserver/pkg/endpoints/metrics. */
import type { Counter, Gauge, Histogram, Metrics, Observer } from '../../component-base/metrics.ts';
import type { Labels } from '../../component-base/metric-series.ts';
import type { RequestInfo } from '../../registry/generic/context.ts';
import { isLongRunning } from './long-running.ts';

const DURATIONS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const SIZES = [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
/** Health checks, metrics and other frequent paths keep their path as the subresource; the rest would be unbounded. */
const KNOWN_PATHS = /^\/(healthz|livez|readyz|metrics|version|openapi\/v[23]|api|apis)$/;
const VERBS: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT', patch: 'PATCH', delete: 'DELETE', deletecollection: 'DELETE', get: 'GET', list: 'LIST', watch: 'WATCH' };
const METHODS = new Set(['get', 'head', 'post', 'put', 'patch', 'delete', 'options', 'connect']);
const CONNECTS = new Set(['exec', 'attach', 'portforward', 'proxy']);

export interface RequestMetrics {
  /** Called when a long-running request starts; the returned function at its end. */
  started(info: RequestInfo): () => void;
  finished(info: RequestInfo, status: number, seconds: number, bytes: number | undefined): void;
  /** Of --max-requests-inflight and --max-mutating-requests-inflight. */
  readonly inFlight: Gauge;
}

/** What requests have in common that are counted together. */
interface Identity {
  readonly verb: string;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly subresource: string;
  readonly scope: string;
  readonly dryRun: string;
}

/** What is counted of requests that want the same. */
interface Series {
  readonly of: Identity;
  /** By status. */
  readonly total: Map<number, ReturnType<Counter['with']>>;
  readonly duration: Observer;
  /** Absent for long-running requests. */
  readonly sli: Observer | undefined;
  /** Absent for watches. */
  readonly sizes: Observer | undefined;
  /** Of `total`. */
  readonly labels: Labels;
}

interface Parts {
  readonly duration: Histogram;
  readonly sli: Histogram;
  readonly sizes: Histogram;
}

export function requestMetrics(metrics: Metrics): RequestMetrics {
  const total = metrics.counter('apiserver_request_total', 'Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.');
  const parts: Parts = {
    duration: metrics.histogram('apiserver_request_duration_seconds', 'Response latency distribution in seconds for each verb, dry run value, group, version, resource, subresource, scope and component.', DURATIONS),
    sli: metrics.histogram('apiserver_request_sli_duration_seconds', 'Response latency distribution in seconds for each verb, group, version, resource, subresource, scope and component.', DURATIONS.slice(2)),
    sizes: metrics.histogram('apiserver_response_sizes', 'Response size distribution in bytes for each group, version, verb, resource, subresource, scope and component.', SIZES),
  };
  const longRunning = metrics.gauge('apiserver_longrunning_requests', 'Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component.');
  const inFlight = metrics.gauge('apiserver_current_inflight_requests', 'Maximal number of currently used inflight request limit of this apiserver per request kind in last second.');
  const known = new KnownSeries(parts);
  return {
    inFlight,
    started(info) {
      const level = longRunning.with(labelsOf(info));
      level.add(1);
      return () => level.add(-1);
    },
    finished(info, status, seconds, bytes) {
      const series = known.of(info);
      let counter = series.total.get(status);
      if (!counter) series.total.set(status, (counter = total.with({ ...series.labels, code: status })));
      counter.inc();
      series.duration.observe(seconds);
      series.sli?.observe(seconds);
      if (bytes !== undefined) series.sizes?.observe(bytes);
    },
  };
}

/** Found without making a text of what a request wants. */
class KnownSeries {
  readonly #parts: Parts;
  /** By resource; those of other paths by method and path. */
  readonly #known = new Map<string, Series[]>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  of(info: RequestInfo): Series {
    const id = info.isResourceRequest ? info.resource : `${methodOf(info)} ${pathOf(info)}`;
    let among = this.#known.get(id);
    if (!among) this.#known.set(id, (among = []));
    for (const series of among) if (!info.isResourceRequest || isOf(series.of, info)) return series;
    const made = newSeries(this.#parts, info);
    among.push(made);
    return made;
  }
}

function isOf(of: Identity, info: RequestInfo): boolean {
  return of.verb === info.verb && of.subresource === info.subresource && of.apiGroup === info.apiGroup && of.apiVersion === info.apiVersion && of.scope === scopeOf(info) && of.dryRun === dryRunOf(info);
}

function newSeries({ duration, sli, sizes }: Parts, info: RequestInfo): Series {
  const { verb, apiGroup, apiVersion, subresource } = info;
  const target = labelsOf(info);
  const dryRun = dryRunOf(info);
  const labels = { ...target, dry_run: dryRun };
  return { of: { verb, apiGroup, apiVersion, subresource, scope: scopeOf(info), dryRun }, total: new Map(), labels, duration: duration.with(labels), sli: isLongRunning(info) ? undefined : sli.with(target), sizes: target['verb'] === 'WATCH' ? undefined : sizes.with(target) };
}

const scopeOf = (info: RequestInfo): string => (info.name !== '' ? 'resource' : info.namespace !== '' ? 'namespace' : 'cluster');
const methodOf = (info: RequestInfo): string => (METHODS.has(info.verb) ? info.verb.toUpperCase() : 'other');
const pathOf = (info: RequestInfo): string => (KNOWN_PATHS.test(info.path) ? info.path : '');

/** No more values than upstream's: what a client makes up is one of them. */
function dryRunOf({ query }: RequestInfo): string {
  const value = query.get('dryRun') ?? '';
  return value === '' || value === 'All' ? value : 'invalid';
}

function labelsOf(info: RequestInfo): Record<string, string> {
  if (!info.isResourceRequest) return { verb: methodOf(info), group: '', version: '', resource: '', subresource: pathOf(info), scope: '', component: 'apiserver' };
  const verb = CONNECTS.has(info.subresource) ? 'CONNECT' : (VERBS[info.verb] ?? 'other');
  return { verb, group: info.apiGroup, version: info.apiVersion, resource: info.resource, subresource: info.subresource, scope: scopeOf(info), component: 'apiserver' };
}
