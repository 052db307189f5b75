/** What code inside the server knows of the request it serves, and how it reads other resources and reaches the outside. */
import type { AuthorizationAttributes, UserInfo } from '../../apimachinery/authorizer.ts';
import type { ApiResponse, MaybePromise, Received } from '../../apimachinery/http.ts';
import type { ApiObject, GroupVersion, Key } from '../../apimachinery/meta.ts';
import type { DeepReadonly, ResourceType } from '../../apimachinery/types/type.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Rand } from '../../component-base/rand.ts';

export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection' | 'proxy' | 'connect';

/** The path and query, taken apart by one function (api/request-info.ts). Behaves like upstream apiserver/pkg/endpoints/request/requestinfo.go. */
export interface RequestInfo {
  readonly isResourceRequest: boolean;
  /** Decoded path without the query. */
  readonly path: string;
  /** A Verb for resources, the lower-case method for other paths. */
  readonly verb: string;
  /** 'api' or 'apis'. */
  readonly apiPrefix: string;
  readonly apiGroup: string;
  readonly apiVersion: string;
  readonly namespace: string;
  readonly resource: string;
  readonly subresource: string;
  readonly name: string;
  /** The path behind the subresource (proxy) or behind the prefix, split. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  /** The deprecated /watch/ form was used. */
  readonly isWatchPath: boolean;
}

export interface Authenticated extends Received {
  readonly info: RequestInfo;
  readonly user: UserInfo;
  /** Collects Warning headers of the answer. */
  readonly warnings: Warnings;
  /** Adds an annotation to the request's audit events. Absent: nobody keeps them. */
  annotate?(key: string, value: string): void;
}

/** Texts of Warning headers; repeated texts are kept once. */
export interface Warnings {
  add(text: string): void;
  readonly list: readonly string[];
}

export interface RequestContext {
  readonly user: UserInfo;
  readonly info: RequestInfo;
  readonly requestedVersion: GroupVersion;
  readonly dryRun: boolean;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly signal: AbortSignal;
  readonly stores: Stores;
  readonly egress: Egress;
  readonly warnings: Warnings;
  /** Adds an annotation to the request's audit events. Absent: nobody keeps them. */
  annotate?(key: string, value: string): void;
  /** What access reviews ask. Absent in a server without authorisation: then everything is allowed. */
  readonly authorizer?: ReviewAuthorizer;
  /** What token reviews ask and token requests are served by. Absent: neither is possible. */
  readonly tokens?: Tokens;
  /** From flags. Default: node ports 30000-32767; the families of the ServiceCIDR objects. */
  readonly network?: NetworkConfig;
}

/** What services are allocated from. */
export interface NetworkConfig {
  /** --service-cluster-ip-range, the primary family first: used as long as no ServiceCIDR object is there. */
  readonly serviceCIDRs: readonly string[];
  /** --service-node-port-range, both inclusive. */
  readonly nodePorts: { readonly first: number; readonly last: number };
}

/** The authoriser as resources see it. */
export interface ReviewAuthorizer {
  authorize(attributes: AuthorizationAttributes): MaybePromise<{ readonly decision: 'allow' | 'deny' | 'no-opinion'; readonly reason: string; readonly error?: Error }>;
  /** The rules that hold for a user in a namespace. */
  rulesFor?(user: UserInfo, namespace: string): UserRules;
}

export interface UserRules {
  readonly resourceRules: readonly { readonly verbs: readonly string[]; readonly apiGroups: readonly string[]; readonly resources: readonly string[]; readonly resourceNames: readonly string[] }[];
  readonly nonResourceRules: readonly { readonly verbs: readonly string[]; readonly nonResourceURLs: readonly string[] }[];
  readonly incomplete: boolean;
  readonly error?: string;
}

/** Bearer tokens, made and read in api/authentication. */
export interface Tokens {
  /** Undefined: not authenticated. Throws with the reason for a token that does not hold. `audiences` []: the server's own. */
  review(token: string, audiences: readonly string[]): Promise<{ readonly user: UserInfo; readonly audiences?: readonly string[] } | undefined>;
  /** A signed token of a service account. */
  issue(claims: TokenClaims): Promise<{ readonly token: string; readonly expirationTimestamp: string }>;
  /** Audiences of a token request that names none. */
  readonly defaultAudiences: readonly string[];
}
export interface TokenClaims {
  readonly serviceAccount: { readonly namespace: string; readonly name: string; readonly uid: string };
  readonly audiences: readonly string[];
  readonly expirationSeconds: number;
  /** The object with which the token ends. */
  readonly boundTo?: { readonly kind: 'Pod' | 'Secret' | 'Node'; readonly name: string; readonly uid: string };
  /** Of a bound pod. */
  readonly node?: { readonly name: string; readonly uid: string };
  /** Seconds behind which a client is warned that it should have fetched a new token; 0: none. */
  readonly warnAfterSeconds: number;
}

/** Reads through the cacher; never through `client`. */
export interface Stores {
  /** Consistent reads and writes under the caller's own authority (no authorisation, no admission). */
  of<T extends ApiObject>(type: ResourceType<T>): InternalStore<T>;
  /** Synchronous reads of what has arrived. */
  cached<T extends ApiObject>(type: ResourceType<T>): CachedReader<T>;
}

/** What strategies, admission and authorisers may do with another resource. */
export interface InternalStore<T> {
  get(key: Key): Promise<DeepReadonly<T> | undefined>;
  list(namespace?: string): Promise<readonly DeepReadonly<T>[]>;
  create(obj: T): Promise<DeepReadonly<T>>;
  /** Guaranteed update: `change` may run several times; returning undefined writes nothing. A missing object throws NotFound. */
  update(key: Key, change: (current: T) => T | undefined, options?: InternalUpdate): Promise<DeepReadonly<T>>;
  /** Deletes for good, without grace. */
  delete(key: Key): Promise<void>;
  /** As the verb delete does: grace, finalizers, preconditions; without admission. A missing object throws NotFound. */
  deleteGracefully(key: Key, options: GracefulDelete): Promise<void>;
}

export interface InternalUpdate {
  /** The change is a client's of the server's own: by the rules of this subresource, whose fields kube-apiserver then owns. */
  readonly subresource?: string;
}

export interface GracefulDelete {
  readonly dryRun?: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
}

export interface CachedReader<T> {
  hasSynced(): boolean;
  get(key: Key): DeepReadonly<T> | undefined;
  /** All, or those of a namespace. */
  list(namespace?: string): readonly DeepReadonly<T>[];
  /** Runs after each change; returns a function that ends it. The objects are parsed when the listener looks at them. */
  onChange(listener: (change: { readonly key: Key; readonly object?: DeepReadonly<T> | undefined; readonly previous?: DeepReadonly<T> | undefined }) => void): () => void;
}

/** How the server reaches nodes, services and URLs. Made in api/egress; `cluster` may hand in one that reaches an in-process kubelet. */
export interface Egress {
  call(to: { readonly node: string } | { readonly service: Key; readonly port: number } | { readonly url: string }, request: Received): Promise<ApiResponse>;
}
