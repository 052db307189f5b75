/**
 * An API server: composes stores, authentication, authorisation, admission, endpoints, discovery and the chain into one Handler, and listens.
 * `cluster` makes one of these and hands its handler to the in-process transport. Behaves like upstream pkg/controlplane.
 */
import { aggregatedAnswer, keepAvailability } from '../aggregator/api-services.ts';
import { serveCustomResources } from '../apiextensions/custom-resources.ts';
import type { Handler } from '../../apimachinery/http.ts';
import type { GroupVersionKind, GroupVersionResource } from '../../apimachinery/meta.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import { Metrics, recordEventLoopDelay, recordProcess } from '../../component-base/metrics.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { Authenticated, NetworkConfig, Tokens } from '../../registry/generic/context.ts';
import type { Registry } from '../../registry/generic/registry.ts';
import type { ResourceStores } from '../../registry/generic/stores.ts';
import type { CacherSet } from '../../storage/cacher/interface.ts';
import type { AdmissionDeps, NewAdmission, ResourceNames } from '../admission/interface.ts';
import { newAdmissionChain } from '../admission/chain.ts';
import { objectVersions } from '../admission/object-versions.ts';
import { enabledPlugins } from '../admission/plugin-order.ts';
import PLUGINS from '../admission/plugins/index.gen.ts';
import { rbacEscalation } from '../admission/rbac-escalation.ts';
import type { AuditSink } from '../audit/interface.ts';
import { newAuthentication, type AuthenticationOptions } from '../authentication/authenticators.ts';
import { newAuthorization, type Authorization, type AuthorizationMode } from '../authorization/authorizers.ts';
import { advertise, bootstrap, type BootstrapOptions } from '../bootstrap/bootstrap.ts';
import type { Advertised } from '../bootstrap/kubernetes-service.ts';
import { newDiscovery } from '../discovery/documents.ts';
import type { ClosableEgress, EgressOptions } from '../egress/egress.ts';
import { newEgress } from '../egress/egress.ts';
import { WebhookClient } from '../egress/webhook-client.ts';
import { newResourceHandler } from '../endpoints/handler.ts';
import { followConfiguration } from '../flowcontrol/configuration.ts';
import { newClassifier } from '../flowcontrol/classify.ts';
import { InFlight } from '../flowcontrol/in-flight.ts';
import { newOpenAPI } from '../openapi/openapi.ts';
import { newChain } from './chain.ts';
import { healthHandler, type HealthChecks } from './health.ts';
import { listen, type Listener, type ListenOptions } from './listener.ts';
import { otherPaths } from './other-paths.ts';
import { requestMetrics } from './request-metrics.ts';
import { notFoundText } from './status-response.ts';
import { statusWriter } from './status-writer.ts';
import { versionInfo } from './version.ts';

export interface ApiServerOptions {
  readonly registry: Registry;
  readonly stores: ResourceStores;
  readonly set: CacherSet;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  /** Default: new ones. */
  readonly metrics?: Metrics;
  readonly authentication: AuthenticationOptions;
  /** --authorization-mode; default Node, RBAC. */
  readonly authorizationModes?: readonly AuthorizationMode[];
  readonly admission?: {
    readonly enable?: readonly string[];
    readonly disable?: readonly string[];
    configuration?(plugin: string): unknown;
  };
  readonly egress: Omit<EgressOptions, 'stores' | 'rand'>;
  readonly bootstrap: Omit<BootstrapOptions, 'advertised'>;
  /** --service-cluster-ip-range */
  readonly serviceCIDRs: readonly string[];
  /** --service-node-port-range, both inclusive; default 30000-32767. */
  readonly nodePorts?: NetworkConfig['nodePorts'];
  readonly auditSink?: AuditSink;
  /** --request-timeout; default 60 s. */
  readonly requestTimeoutMs?: number;
  /** --min-request-timeout; default 30 min. */
  readonly minRequestTimeoutMs?: number;
  /** --max-requests-inflight (400) and --max-mutating-requests-inflight (200); 0: no limit. */
  readonly maxRequestsInFlight?: number;
  readonly maxMutatingRequestsInFlight?: number;
  /** host:port by which clients reach this server; default: what `listen` was given. */
  readonly externalAddress?: string;
  /** --service-account-jwks-uri */
  readonly jwksURI?: string;
  readonly platform: string;
  readonly runtime: string;
}

export interface ApiServer {
  /** The whole chain: what every transport calls. */
  readonly handler: Handler;
  readonly metrics: Metrics;
  readonly tokens: Tokens;
  /** Resolves when the bootstrap objects exist: the server is ready then. */
  readonly ready: Promise<void>;
  /** Opens the port. With `advertised`, the service `kubernetes` is made and leads to its address, if any (its port defaults to the listener's). */
  listen(options: Omit<ListenOptions, 'handler' | 'clock' | 'log'>, advertised?: Omit<Advertised, 'serviceCIDRs' | 'port'> & { readonly port?: number }): Promise<Listener>;
  /** Reports not ready, ends watches, closes listeners. The stores stay open: they belong to the caller. */
  stop(graceMs?: number): Promise<void>;
}

const NODE_PORTS = { first: 30_000, last: 32_767 };
const QUEUE = { queueLimit: 10_000, queueMs: 15_000 };

/** Resolves once requests can be handled; `ready` follows. Throws for contradictory options. */
export async function createApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const { registry, stores, set, clock, rand, log } = options;
  const metrics = options.metrics ?? new Metrics();
  const authorization = newAuthorization(options.authorizationModes ?? ['Node', 'RBAC'], stores);
  const authentication = await newAuthentication(options.authentication, { stores, clock, rand });
  const egress = newEgress({ ...options.egress, stores, rand });
  const webhooks = new WebhookClient({ stores, clock, rand, ...(options.egress.localAddress && { localAddress: options.egress.localAddress }) });
  const admission = newAdmission(options, authorization, { egress, webhooks, metrics });
  const state = { stopping: false, bootstrapped: false, address: options.externalAddress ?? '' };
  const resources = newResourceHandler({
    registry,
    stores,
    set,
    egress,
    clock,
    rand,
    log,
    admission,
    authorizer: authorization.authorizer,
    tokens: authentication.tokens,
    network: { serviceCIDRs: options.serviceCIDRs, nodePorts: options.nodePorts ?? NODE_PORTS },
    ...(options.minRequestTimeoutMs !== undefined && { minRequestTimeoutMs: options.minRequestTimeoutMs }),
  });
  const endCustomResources = serveCustomResources({ registry, stores, clock, rand, log, metrics, webhooks });
  const endAvailability = keepAvailability({ stores, updateStatus: statusWriter({ registry, stores, clock, rand }), clock, log });
  const discovery = newDiscovery(registry);
  const others = otherPaths({
    health: healthHandler(healthChecks(set, stores, state)),
    metrics,
    version: versionInfo(options.platform, options.runtime),
    discovery,
    openapi: newOpenAPI(registry, discovery, clock),
    openid: {
      issuer: options.authentication.serviceAccounts.issuers[0] ?? '',
      get jwksURI() {
        return options.jwksURI ?? `https://${state.address}/openid/v1/jwks`;
      },
      keys: authentication.keys,
    },
    serverAddress: () => state.address,
  });
  const handler = newChain(routed(resources, withAggregated(others, stores), (group) => discovery.served().has(group)), {
    clock,
    rand,
    log,
    metrics: requestMetrics(metrics),
    auditSink: options.auditSink,
    authenticator: authentication.authenticator,
    authorizer: authorization.authorizer,
    flowControl: {
      readOnly: new InFlight({ limit: options.maxRequestsInFlight ?? 400, ...QUEUE }, clock),
      mutating: new InFlight({ limit: options.maxMutatingRequestsInFlight ?? 200, ...QUEUE }, clock),
      classify: newClassifier(stores),
    },
    requestTimeoutMs: options.requestTimeoutMs ?? 60_000,
  });
  recordProcess(metrics, clock.now() / 1000);
  const ready = bootstrap({ registry, stores, clock, rand }, options.bootstrap).then(() => void (state.bootstrapped = true));
  ready.catch((error: unknown) => log.error('the bootstrap objects could not be created', error));
  const endFlowControl = flowControlAfter(ready, options, metrics);
  return running({ options, handler, metrics, tokens: authentication.tokens, ready, egress, state, ends: [() => webhooks.close(), recordEventLoopDelay(metrics, clock), endCustomResources, endAvailability, endFlowControl] });
}

interface State {
  stopping: boolean;
  bootstrapped: boolean;
  address: string;
}

interface Parts {
  readonly options: ApiServerOptions;
  readonly handler: Handler;
  readonly metrics: Metrics;
  readonly tokens: Tokens;
  readonly ready: Promise<void>;
  readonly egress: ClosableEgress;
  readonly state: State;
  /** What runs beside requests. */
  readonly ends: readonly (() => void)[];
}

function running({ options, handler, metrics, tokens, ready, egress, state, ends }: Parts): ApiServer {
  const { registry, stores, clock, rand, log } = options;
  const listeners = new Set<Listener>();
  return {
    handler,
    metrics,
    tokens,
    ready,
    async listen(listenOptions, advertised) {
      const listener = await listen({ ...listenOptions, handler, clock, log });
      listeners.add(listener);
      if (state.address === '') state.address = `${advertised?.address ?? listener.host}:${listener.port}`;
      if (advertised) await ready.then(() => advertise({ registry, stores, clock, rand }, { port: listener.port, serviceCIDRs: options.serviceCIDRs, ...advertised }));
      return listener;
    },
    async stop(graceMs) {
      state.stopping = true;
      await Promise.all([...listeners].map((l) => l.close(graceMs)));
      egress.close();
      for (const end of ends) end();
    },
  };
}

/** The bootstrap objects bring their own conditions. */
function flowControlAfter(ready: Promise<void>, { registry, stores, clock, rand, log, ...options }: ApiServerOptions, metrics: Metrics): () => void {
  const updateStatus = statusWriter({ registry, stores, clock, rand }, 'api-priority-and-fairness-config-consumer-v1');
  const seats = (options.maxRequestsInFlight ?? 400) + (options.maxMutatingRequestsInFlight ?? 200);
  let end: () => void = () => undefined;
  let isOver = false;
  void ready.then(
    () => (isOver ? undefined : (end = followConfiguration({ stores, updateStatus, metrics, clock, log, seats }))),
    () => undefined,
  );
  return () => {
    isOver = true;
    end();
  };
}

/** A group that nobody serves is an unknown path, not an unknown resource. */
/** What no group here serves another server may. */
function withAggregated(others: Handler<Authenticated>, stores: ResourceStores): Handler<Authenticated> {
  return (request) => {
    const answer = aggregatedAnswer(stores, request) ?? (request.info.isResourceRequest ? notFoundText() : undefined);
    return answer ? Promise.resolve(answer) : others(request);
  };
}

function routed(resources: Handler<Authenticated>, others: Handler<Authenticated>, isServed: (group: string) => boolean): Handler<Authenticated> {
  return (request) => {
    if (!request.info.isResourceRequest) return others(request);
    return isServed(request.info.apiGroup) ? resources(request) : others(request);
  };
}

function healthChecks(set: CacherSet, stores: ResourceStores, state: State): HealthChecks {
  let synced = false;
  void stores.synced().then(() => (synced = true));
  return {
    storage: () => set.lastError?.message,
    informers: () => (synced ? undefined : 'resources are not synced yet'),
    bootstrapped: () => (state.bootstrapped ? undefined : 'not finished'),
    shutdown: () => (state.stopping ? 'process is shutting down' : undefined),
  };
}

function newAdmission(options: ApiServerOptions, { authorizer, escalation }: Authorization, outside: Pick<AdmissionDeps, 'egress' | 'webhooks' | 'metrics'>): NewAdmission {
  const { stores, clock, rand, log, registry, admission = {} } = options;
  const deps: AdmissionDeps = { ...outside, stores, clock, rand, log, authorizer, versions: objectVersions(registry), updateStatus: statusWriter({ registry, stores, clock, rand }), configuration: (plugin) => admission.configuration?.(plugin), resources: resourceNames(registry) };
  const enabled = enabledPlugins(admission.enable ?? ['NodeRestriction'], admission.disable ?? []);
  return newAdmissionChain({ plugins: PLUGINS, enabled, always: escalation ? [rbacEscalation(escalation)] : [] }, deps);
}

function resourceNames(registry: Registry): ResourceNames {
  return {
    isNamespaced(gvr: GroupVersionResource) {
      const served = registry.byResource(gvr);
      return served && served.definition.scope === 'Namespaced';
    },
    resourceOf(gvk: GroupVersionKind) {
      const served = registry.byKind(gvk);
      return served && { group: gvk.group, version: gvk.version, resource: served.version.plural };
    },
  };
}
