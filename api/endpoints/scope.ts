/** What every verb of api/endpoints works with: the request, the thing that its path names, and the server's parts. */
import type { Authenticated, Egress, RequestContext, ReviewAuthorizer, Tokens } from '../../registry/generic/context.ts';
import type { ResourceDefinition, Subresource, Version } from '../../registry/generic/definition.ts';
import type { Registry } from '../../registry/generic/registry.ts';
import type { ResourceStores } from '../../registry/generic/stores.ts';
import type { ResourceStore } from '../../registry/generic/store.ts';
import type { CacherSet } from '../../storage/cacher/interface.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import { newInternalError } from '../../apimachinery/errors.ts';
import type { Key } from '../../apimachinery/meta.ts';
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

/** The context that strategies and admission get. */
export function contextOf(deps: EndpointDeps, request: Authenticated, version: Version, dryRun: boolean): RequestContext {
  return {
    user: request.user,
    info: request.info,
    requestedVersion: version.gvk,
    dryRun,
    clock: deps.clock,
    rand: deps.rand,
    get signal() {
      return request.signal;
    },
    stores: deps.stores,
    egress: deps.egress,
    warnings: request.warnings,
    ...(deps.authorizer && { authorizer: deps.authorizer }),
    ...(deps.tokens && { tokens: deps.tokens }),
  };
}

/** The object that the path names. The namespace of a cluster-scoped object is ''. */
export function keyOfRequest(scope: Scope): Key {
  const { namespace, name } = scope.request.info;
  return { namespace: scope.definition.scope === 'Namespaced' ? namespace : '', name };
}

/** The scope of a write, once its options are known. */
export function withDryRun(scope: Scope, dryRun: boolean): Scope {
  return dryRun ? { ...scope, ctx: contextOf(scope.deps, scope.request, scope.version, true) } : scope;
}
