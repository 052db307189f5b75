/** /healthz, /livez and /readyz with their individual checks. Behaves like upstream apiserver/pkg/server/healthz. */
import type { ApiResponse } from '../../apimachinery/http.ts';
import { notFoundText, textResponse } from './status-response.ts';

/** Text: why the check fails. */
export type Check = () => string | undefined;

export interface HealthChecks {
  /** The store answers. */
  readonly storage: Check;
  /** The cacher has its initial state. */
  readonly informers: Check;
  /** Bootstrap objects exist. */
  readonly bootstrapped: Check;
  /** The server is not shutting down. */
  readonly shutdown: Check;
}

/** What upstream does at start, in the order of its check lists: all of it is done here once the bootstrap objects exist. */
const START_HOOKS = [
  'poststarthook/start-apiserver-admission-initializer',
  'poststarthook/generic-apiserver-start-informers',
  'poststarthook/priority-and-fairness-config-consumer',
  'poststarthook/priority-and-fairness-filter',
  'poststarthook/storage-object-count-tracker-hook',
  'poststarthook/start-apiextensions-informers',
  'poststarthook/start-apiextensions-controllers',
  'poststarthook/crd-informer-synced',
  'poststarthook/start-system-namespaces-controller',
  'poststarthook/start-cluster-authentication-info-controller',
  'poststarthook/start-kube-apiserver-identity-lease-controller',
  'poststarthook/start-kube-apiserver-identity-lease-garbage-collector',
  'poststarthook/start-legacy-token-tracking-controller',
  'poststarthook/start-service-ip-repair-controllers',
  'poststarthook/rbac/bootstrap-roles',
  'poststarthook/scheduling/bootstrap-system-priority-classes',
  'poststarthook/priority-and-fairness-config-producer',
  'poststarthook/bootstrap-controller',
  'poststarthook/start-kubernetes-service-cidr-controller',
  'poststarthook/aggregator-reload-proxy-client-cert',
  'poststarthook/start-kube-aggregator-informers',
  'poststarthook/apiservice-status-local-available-controller',
  'poststarthook/apiservice-status-remote-available-controller',
  'poststarthook/apiservice-registration-controller',
  'poststarthook/apiservice-discovery-controller',
  'poststarthook/kube-apiserver-autoregistration',
  'autoregister-completion',
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
];

type NamedCheck = readonly [name: string, check: Check];
const fine: Check = () => undefined;

function listsOf(checks: HealthChecks): Readonly<Record<string, readonly NamedCheck[]>> {
  const first: NamedCheck[] = [['ping', fine], ['log', fine], ['etcd', checks.storage]];
  const hooks: NamedCheck[] = START_HOOKS.map((name) => [name, checks.bootstrapped] as const);
  const alive = [...first, ...hooks];
  const ready: NamedCheck[] = [...first, ['etcd-readiness', checks.storage], ['informer-sync', checks.informers], ...hooks, ['shutdown', checks.shutdown]];
  return { healthz: alive, livez: alive, readyz: ready };
}

/** Every path that `healthHandler` answers. */
export const HEALTH_PATHS: readonly string[] = Object.entries(listsOf({ storage: fine, informers: fine, bootstrapped: fine, shutdown: fine })).flatMap(([kind, list]) => [`/${kind}`, ...list.map(([name]) => `/${kind}/${name}`)]);

/** The answer to a path below /healthz, /livez or /readyz. */
export function healthHandler(checks: HealthChecks): (path: string, query: URLSearchParams) => ApiResponse {
  const lists = listsOf(checks);
  return (path, query) => {
    const [kind = '', ...rest] = path.slice(1).split('/');
    const list = lists[kind] ?? [];
    if (rest.length === 0) return allOf(kind, list, query);
    const one = list.find(([name]) => name === rest.join('/'));
    if (!one) return notFoundText();
    const failure = one[1]();
    return failure === undefined ? textResponse(200, 'ok') : textResponse(500, `internal server error: ${failure}\n`);
  };
}

function allOf(kind: string, list: readonly NamedCheck[], query: URLSearchParams): ApiResponse {
  const excluded = new Set(query.getAll('exclude'));
  const unknown = new Set(excluded);
  let healthy = true;
  let text = '';
  for (const [name, check] of list) {
    unknown.delete(name);
    if (excluded.has(name)) text += `[+]${name} excluded: ok\n`;
    else if (check() === undefined) text += `[+]${name} ok\n`;
    else {
      healthy = false;
      text += `[-]${name} failed: reason withheld\n`;
    }
  }
  if (unknown.size > 0) text += `warn: some health checks cannot be excluded: no matches for ${[...unknown].sort().map((n) => JSON.stringify(n)).join(',')}\n`;
  if (!healthy) return textResponse(500, `${text}${kind} check failed\n`);
  return textResponse(200, query.has('verbose') ? `${text}${kind} check passed\n` : 'ok');
}
