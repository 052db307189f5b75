/**
 * Admission: what stands between a verb's endpoint (api/endpoints) and the registry's engine, which calls `mutate` and `validate` of the request's Admission inside its guaranteed update.
 * A plug-in is one file in ./plugins; ./chain.ts runs those that are enabled. Behaves like upstream apiserver/pkg/admission.
 */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { ApiObject, GroupVersionKind, GroupVersionResource, Key, Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly, ResourceType } from '../../apimachinery/types/type.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Metrics } from '../../component-base/metrics.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import type { Egress, RequestContext, Stores } from '../../registry/generic/context.ts';
import type { Admission } from '../../registry/generic/definition.ts';
import type { Authorizer } from '../authorization/interface.ts';
import type { WebhookClient } from '../egress/webhook-client.ts';
import type { ObjectVersions } from './object-versions.ts';
import type { Reinvocation } from './reinvocation.ts';

export type Operation = 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';

/** What an endpoint knows of a write before its object is at hand. */
export interface AdmissionRequest {
  readonly operation: Operation;
  /** The kind of the object that plug-ins see (of a subresource: its own, as autoscaling/v1 Scale). */
  readonly kind: GroupVersionKind;
  /** As requested, without the subresource. The same object in all requests of a version: what is known of it is kept by identity. */
  readonly resource: GroupVersionResource;
  readonly subresource: string;
  /** '' for cluster-scoped resources; for namespaces their own name. */
  readonly namespace: string;
  /** '' when the server makes the name. */
  readonly name: string;
  /** CreateOptions, UpdateOptions, PatchOptions or DeleteOptions. */
  readonly options?: Obj | undefined;
}

/** `api/endpoints` takes one of these and asks it once per request (deleteCollection: once per object). */
export type NewAdmission = (request: AdmissionRequest, ctx: RequestContext) => Admission;

/** One attempt, as a plug-in sees it. Behaves like upstream admission.Attributes. */
export interface Attributes extends AdmissionRequest {
  /** A private copy that `admit` may change in place; DELETE: undefined. */
  readonly object: Obj | undefined;
  /** Shared: never change it. */
  readonly oldObject: DeepReadonly<Obj> | undefined;
  readonly dryRun: boolean;
  readonly user: UserInfo;
  readonly ctx: RequestContext;
  /** Of `admit`: made by the first plug-in that may want a second round. */
  reinvocation?: Reinvocation | undefined;
}

export interface AdmissionDeps {
  readonly stores: Stores;
  readonly egress: Egress;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly authorizer: Authorizer;
  /** Changes the status of an object of the server's own accord. As InternalStore.update. */
  updateStatus<T extends ApiObject>(type: ResourceType<T>, key: Key, change: (current: T) => T | undefined): Promise<DeepReadonly<T>>;
  /** Of --admission-control-config-file: the plug-in's own configuration. */
  configuration(plugin: string): unknown;
  /** Resolves resource and kind names of everything that is served. */
  readonly resources: ResourceNames;
  readonly versions: ObjectVersions;
  readonly webhooks: WebhookClient;
  readonly metrics: Metrics;
}

export interface ResourceNames {
  /** Whether a resource is namespaced; undefined: it is not served. */
  isNamespaced(resource: GroupVersionResource): boolean | undefined;
  /** The collection of a kind; undefined: it is not served. */
  resourceOf(kind: GroupVersionKind): GroupVersionResource | undefined;
}

/** What a plug-in does. Both phases throw a StatusError to refuse. */
export interface PluginInstance {
  /** Changes `attributes.object` in place. */
  admit?(attributes: Attributes): MaybePromise<void>;
  validate?(attributes: Attributes): MaybePromise<void>;
}

/** What is known of a write before its object and its user are. */
export type Target = Pick<AdmissionRequest, 'operation' | 'kind' | 'resource' | 'subresource'>;

export interface AdmissionPlugin {
  /** Upstream's name: an ID of --enable-admission-plugins. */
  readonly name: string;
  handles(operation: Operation): boolean;
  /** Whether it may do anything to such writes; it sees no others. Asked once for each operation, resource and subresource. Absent: it may. */
  concerns?(target: Target): boolean;
  /** Called once at start. */
  init(deps: AdmissionDeps): PluginInstance;
}
