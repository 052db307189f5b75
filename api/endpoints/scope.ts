/** What every verb of api/endpoints works with: the request, the thing that its path names, and the server's parts. */
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import type { Authenticated, Egress, NetworkConfig, RequestContext, RequestInfo, ReviewAuthorizer, Tokens, Warnings } from '../../registry/generic/context.ts';
import type { ResourceDefinition, Subresource, Version } from '../../registry/generic/definition.ts';
import type { Registry } from '../../registry/generic/registry.ts';
import type { ResourceStores } from '../../registry/generic/stores.ts';
import type { ResourceStore } from '../../registry/generic/store.ts';
import type { CacherSet } from '../../storage/cacher/interface.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import { newBadRequest, newInternalError } from '../../apimachinery/errors.ts';
import type { GroupVersion, Key } from '../../apimachinery/meta.ts';
import { isValidPathSegmentName } from '../../apimachinery/validation/names.ts';
import type { NewAdmission } from '../admission/interface.ts';

export interface EndpointDeps {
  readonly registry: Registry;
  readonly stores: ResourceStores;
  readonly set: CacherSet;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly admission: NewAdmission;
  /** For access reviews and for creation by PUT and apply. Absent: everything is allowed. */
  readonly authorizer?: ReviewAuthorizer;
  readonly tokens?: Tokens;
  readonly network?: NetworkConfig;
  /** --min-request-timeout in milliseconds: a watch without timeoutSeconds lasts between once and twice as long. Default 30 minutes. */
  readonly minRequestTimeoutMs?: number;
}

/** The thing that a path names. */
export interface Target {
  readonly definition: ResourceDefinition;
  readonly version: Version;
  readonly subresource: Subresource | undefined;
}

export interface Scope extends Target {
  readonly request: Authenticated;
  readonly deps: EndpointDeps;
  readonly ctx: RequestContext;
}

export function storeOf(scope: Scope): ResourceStore {
  const store = scope.deps.stores.store(scope.definition);
  if (!store) throw newInternalError(`${scope.definition.storedAs} is not stored`);
  return store;
}

/** What belongs to the request is asked of it: most requests need neither a signal nor warnings. */
class EndpointContext implements RequestContext {
  readonly user: UserInfo;
  readonly info: RequestInfo;
  readonly requestedVersion: GroupVersion;
  readonly dryRun: boolean;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly stores: ResourceStores;
  readonly egress: Egress;
  readonly authorizer: ReviewAuthorizer | undefined;
  readonly tokens: Tokens | undefined;
  readonly network: NetworkConfig | undefined;
  readonly #request: Authenticated;

  constructor(deps: EndpointDeps, request: Authenticated, version: Version, dryRun: boolean, info: RequestInfo) {
    this.user = request.user;
    this.info = info;
    this.requestedVersion = version.gvk;
    this.dryRun = dryRun;
    this.clock = deps.clock;
    this.rand = deps.rand;
    this.stores = deps.stores;
    this.egress = deps.egress;
    this.authorizer = deps.authorizer;
    this.tokens = deps.tokens;
    this.network = deps.network;
    this.#request = request;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  get warnings(): Warnings {
    return this.#request.warnings;
  }

  annotate(key: string, value: string): void {
    this.#request.annotate?.(key, value);
  }
}

/** The context that strategies and admission get. */
export function contextOf(deps: EndpointDeps, request: Authenticated, version: Version, dryRun: boolean, info = request.info): RequestContext {
  return new EndpointContext(deps, request, version, dryRun, info);
}

/** The object that the path names. The namespace of a cluster-scoped object is ''. Throws BadRequest for a name that cannot be part of a path. */
export function keyOfRequest(scope: Scope): Key {
  const { namespace, name } = scope.request.info;
  const mistakes = isValidPathSegmentName(name);
  if (mistakes.length > 0) throw newBadRequest(`Name parameter invalid: ${JSON.stringify(name)}: ${mistakes.join(';')}`);
  return { namespace: scope.definition.scope === 'Namespaced' ? namespace : '', name };
}

/** The scope of a write, once its options are known. */
export function withDryRun(scope: Scope, dryRun: boolean): Scope {
  return dryRun ? { ...scope, ctx: contextOf(scope.deps, scope.request, scope.version, true) } : scope;
}
