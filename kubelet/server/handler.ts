/** The kubelet's API as one Handler: a table of routes. listener.ts puts TLS and authentication before it; in one process the API server calls it directly. Behaves like upstream pkg/kubelet/server. */
import type { ApiResponse, Handler, Received } from '../../apimachinery/http.ts';
import { attach, exec, run } from './exec.ts';
import type { ServerHost } from './host.ts';
import { containerLogs } from './logs.ts';
import { portForward } from './port-forward.ts';
import { answering, HttpError, json, text } from './responses.ts';
import { resourceMetrics, statsSummary } from './stats.ts';

type Route = (request: Received, parts: readonly string[], host: ServerHost) => Promise<ApiResponse>;

const podList = (host: ServerHost): ApiResponse =>
  json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: host.pods().map((pod) => ({ ...pod, status: host.statusOf(pod) })) });

const configz = (): ApiResponse =>
  json({ kubeletconfig: { kind: 'KubeletConfiguration', apiVersion: 'kubelet.config.k8s.io/v1beta1', authentication: { anonymous: { enabled: false }, webhook: { enabled: true } }, authorization: { mode: 'Webhook' }, maxPods: 110, serializeImagePulls: false, nodeStatusUpdateFrequency: '10s', nodeLeaseDurationSeconds: 40 } });

const metrics = (host: ServerHost): ApiResponse =>
  text(200, `# TYPE kubelet_node_name gauge\nkubelet_node_name{node="${host.nodeName}"} 1\n# TYPE kubelet_active_pods gauge\nkubelet_active_pods{static="false"} ${host.pods().length}\n`, 'text/plain; version=0.0.4; charset=utf-8');

/** By first path segment, with how many segments may follow. */
const ROUTES: Readonly<Record<string, { readonly arity: readonly number[]; readonly route: Route }>> = {
  healthz: { arity: [0, 1], route: async () => text(200, 'ok') },
  pods: { arity: [0], route: async (_, __, host) => podList(host) },
  runningpods: { arity: [0], route: async (_, __, host) => podList(host) },
  containerLogs: { arity: [3], route: containerLogs },
  exec: { arity: [3, 4], route: exec },
  attach: { arity: [3, 4], route: attach },
  run: { arity: [3, 4], route: run },
  portForward: { arity: [2, 3], route: portForward },
  metrics: { arity: [0, 1], route: async (_, [kind], host) => (kind === 'resource' ? resourceMetrics(host) : metrics(host)) },
  stats: { arity: [1], route: async (_, __, host) => statsSummary(host) },
  configz: { arity: [0], route: async () => configz() },
};

export function kubeletHandler(host: ServerHost): Handler {
  return (request) =>
    answering(async () => {
      const [first = '', ...rest] = request.rawPath.split('/').filter((p) => p !== '').map(decodeURIComponent);
      const found = Object.hasOwn(ROUTES, first) ? ROUTES[first] : undefined;
      if (!found?.arity.includes(rest.length)) throw new HttpError(404, '404 page not found');
      return found.route(request, rest, host);
    });
}
