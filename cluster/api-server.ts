/** An API server over a store: resources, authentication, admission and the port, put together from settings. Used by `startCluster` and by the program kube-apiserver. */
import type { Handler } from '../apimachinery/http.ts';
import type { Obj } from '../apimachinery/meta.ts';
import type { Clock } from '../component-base/clock.ts';
import type { Lifecycle } from '../component-base/lifecycle.ts';
import type { Log } from '../component-base/log.ts';
import type { Rand } from '../component-base/rand.ts';
import type { AuditSink } from '../api/audit/interface.ts';
import { chainVerifier } from '../api/server/certificate-verifier.ts';
import { createApiServer, type ApiServerOptions } from '../api/server/api-server.ts';
import type { AuthorizationMode } from '../api/authorization/authorizers.ts';
import { advertise } from '../api/bootstrap/bootstrap.ts';
import { isLoopback } from '../api/bootstrap/kubernetes-service.ts';
import { Place } from '../api/bootstrap/places.ts';
import type { WriterDeps } from '../api/bootstrap/writer.ts';
import type { ResourceDefinition } from '../registry/generic/definition.ts';
import type { UserInfo } from '../apimachinery/authorizer.ts';
import { trackedFields } from '../registry/generic/managed-fields.ts';
import { builtinCodec } from '../registry/generic/storage-codec.ts';
import { ResourceStores } from '../registry/generic/stores.ts';
import { newBuiltinRegistry } from '../registry/index.ts';
import { newCacherSet } from '../storage/cacher/cacher-set.ts';
import { startCompactor } from '../storage/compactor.ts';
import type { Storage } from '../storage/interface.ts';
import type { KeyPair } from './pki/certificate.ts';

/** All certificates and keys are PEM texts. */
export interface ApiServerSettings {
  readonly bindAddress: string;
  /** 0: any free one. */
  readonly port: number;
  /** Further addresses to listen on, at the same port. */
  readonly alsoListenOn?: readonly string[];
  /** Where the service `kubernetes` leads; absent: that service has no endpoints of this server. */
  readonly advertiseAddress?: string;
  readonly serving: KeyPair;
  /** Authority of client certificates. */
  readonly clientCA?: string;
  readonly requestHeader?: {
    readonly ca: string;
    readonly allowedNames: readonly string[];
    readonly usernameHeaders: readonly string[];
    readonly uidHeaders: readonly string[];
    readonly groupHeaders: readonly string[];
    readonly extraHeaderPrefixes: readonly string[];
  };
  readonly kubeletClient?: { readonly cert: string; readonly key: string; readonly ca?: string };
  readonly kubeletAddressTypes?: readonly string[];
  readonly serviceAccounts: ApiServerOptions['authentication']['serviceAccounts'];
  /** Content of --token-auth-file. */
  readonly tokenFile?: string;
  readonly anonymous?: boolean;
  readonly bootstrapTokens: boolean;
  readonly authorizationModes: readonly AuthorizationMode[];
  readonly serviceCIDRs: readonly string[];
  readonly nodePorts?: ApiServerOptions['nodePorts'];
  readonly admission: { readonly enable: readonly string[]; readonly disable: readonly string[] };
  readonly keyPrefix: string;
  readonly maxRequestsInFlight?: number;
  readonly maxMutatingRequestsInFlight?: number;
  readonly requestTimeoutMs?: number;
  /** Between compactions of the store; five minutes; 0: never. */
  readonly compactionIntervalMs?: number;
}

export interface ApiServerDeps {
  readonly life: Lifecycle;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  /** Other API servers may use it, too. */
  readonly isSharedStore?: boolean;
  readonly auditSink?: AuditSink;
  /** Users of this process, by their token. */
  readonly processTokens?: ReadonlyMap<string, UserInfo>;
}

export interface RunningApiServer {
  /** `https://127.0.0.1:6443` */
  readonly url: string;
  readonly port: number;
  readonly handler: Handler;
  /** Kubelets of this process by node name: reached without a socket. */
  readonly kubelets: Map<string, Handler>;
  /** What answers at addresses of this process, asked in turn. */
  readonly localAddresses: ((url: URL) => Handler | undefined)[];
  /** Resolves when reads show everything that the store holds now. */
  caughtUp(): Promise<void>;
}

function authenticationOf(settings: ApiServerSettings, processTokens: ApiServerDeps['processTokens']): ApiServerOptions['authentication'] {
  const { clientCA, requestHeader, tokenFile, anonymous } = settings;
  return {
    ...(clientCA !== undefined && { verifyClient: chainVerifier(clientCA) }),
    ...(requestHeader && { requestHeader: { ...requestHeader, verify: chainVerifier(requestHeader.ca) } }),
    ...(processTokens && { processTokens }),
    ...(tokenFile !== undefined && { tokenFile }),
    ...(anonymous !== undefined && { anonymous }),
    bootstrapTokens: settings.bootstrapTokens,
    serviceAccounts: settings.serviceAccounts,
  };
}

function bootstrapOf({ clientCA, requestHeader }: ApiServerSettings): ApiServerOptions['bootstrap'] {
  return {
    ...(clientCA !== undefined && { clientCA }),
    ...(requestHeader && { requestHeader: { clientCA: requestHeader.ca, allowedNames: requestHeader.allowedNames } }),
  };
}

/** TLS verifies client certificates against both authorities; which of them vouches is looked at afterwards. */
function tlsOf({ serving, clientCA, requestHeader }: ApiServerSettings): { key: string; cert: string; clientCA?: string } {
  const authorities = [clientCA, requestHeader?.ca].filter((ca) => ca !== undefined).join('\n');
  return { ...serving, ...(authorities !== '' && { clientCA: authorities }) };
}

const parsed = (value: Uint8Array | Obj): Obj => (value instanceof Uint8Array ? (JSON.parse(new TextDecoder().decode(value)) as Obj) : value);

const hostOf = (address: string): string => (address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address);

interface PlaceDeps extends WriterDeps, Pick<ApiServerDeps, 'storage' | 'life' | 'log'> {}

/** The service `kubernetes` leads to all servers of the store. */
async function takePlace({ storage, life, log, ...deps }: PlaceDeps, { keyPrefix, serviceCIDRs }: ApiServerSettings, address: string, port: number): Promise<void> {
  const codec = builtinCodec(deps.registry.byStoredAs('endpoints') as ResourceDefinition);
  const place = new Place({
    storage,
    clock: deps.clock,
    log,
    root: keyPrefix,
    address,
    decode: async ({ key, value }) => parsed((await codec.fromStorage(key, value)).value),
    tell: (addresses) => advertise(deps, { addresses, port, serviceCIDRs }),
  });
  life.onStop('place among the API servers', () => place.leave());
  await place.take();
}

/** Resolves when the port is open and the objects that every cluster has exist. */
export async function startApiServer(settings: ApiServerSettings, deps: ApiServerDeps): Promise<RunningApiServer> {
  const { life, storage, clock, rand, log } = deps;
  const registry = newBuiltinRegistry();
  // Upstream's name: its tests set it, too.
  const panics = process.env['KUBE_WATCHCACHE_CONSISTENCY_CHECKER'] === 'true';
  const set = newCacherSet({ storage, clock, log, prefix: `${settings.keyPrefix}/`, panics });
  life.onStop('cachers', () => set.close());
  const { compactionIntervalMs: intervalMs } = settings;
  if (intervalMs !== 0) life.onStop('compaction', startCompactor({ storage, clock, log, ...(intervalMs !== undefined && { intervalMs }), isShared: deps.isSharedStore === true, onCompacted: (upTo) => set.forgetBefore(upTo) }));
  const stores = new ResourceStores({ registry, set, managed: trackedFields, clock, rand, codecFor: builtinCodec, root: settings.keyPrefix });
  await stores.synced();
  const kubelets = new Map<string, Handler>();
  const localAddresses: RunningApiServer['localAddresses'] = [];
  const server = await createApiServer({
    registry,
    stores,
    set,
    clock,
    rand,
    log,
    authentication: authenticationOf(settings, deps.processTokens),
    authorizationModes: settings.authorizationModes,
    admission: settings.admission,
    egress: {
      kubelet: settings.kubeletClient ?? {},
      ...(settings.kubeletAddressTypes && { preferredAddressTypes: settings.kubeletAddressTypes }),
      localNode: (name) => kubelets.get(name),
      localAddress: (url) => localAddresses.map((find) => find(url)).find((handler) => handler !== undefined),
    },
    bootstrap: bootstrapOf(settings),
    ...(deps.auditSink && { auditSink: deps.auditSink }),
    serviceCIDRs: settings.serviceCIDRs,
    ...(settings.nodePorts && { nodePorts: settings.nodePorts }),
    ...(settings.maxRequestsInFlight !== undefined && { maxRequestsInFlight: settings.maxRequestsInFlight }),
    ...(settings.maxMutatingRequestsInFlight !== undefined && { maxMutatingRequestsInFlight: settings.maxMutatingRequestsInFlight }),
    ...(settings.requestTimeoutMs !== undefined && { requestTimeoutMs: settings.requestTimeoutMs }),
    platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
    runtime: `node${process.version}`,
  });
  life.onStop('API server', () => server.stop());
  const { advertiseAddress } = settings;
  const isPlace = deps.isSharedStore === true && advertiseAddress !== undefined && !isLoopback(advertiseAddress);
  const advertised = advertiseAddress === undefined || isPlace ? {} : { address: advertiseAddress };
  const listener = await server.listen({ host: settings.bindAddress, port: settings.port, tls: tlsOf(settings) }, advertised);
  for (const host of settings.alsoListenOn ?? []) await server.listen({ host, port: listener.port, tls: tlsOf(settings) });
  await server.ready;
  if (isPlace) await takePlace({ registry, stores, storage, clock, rand, log, life }, settings, advertiseAddress, listener.port);
  return {
    url: `https://${hostOf(settings.bindAddress)}:${listener.port}`,
    port: listener.port,
    handler: server.handler,
    kubelets,
    localAddresses,
    caughtUp: async () => void (await set.fresh()),
  };
}
