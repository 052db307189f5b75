/**
 * ResourceDefinition: the only table. Routes, discovery, OpenAPI, storage keys, watch, tables, selectors, quota and garbage collection derive from it.
 * A built-in is declared with `defineResource` (./define.ts), one file per stored thing; a CRD becomes one at run time.
 */
import type { ApiResponse, MaybePromise } from '../../apimachinery/http.ts';
import type { ApiObject, GroupVersion, GroupVersionKind, Key, Obj } from '../../apimachinery/meta.ts';
import type { Struct } from '../../apimachinery/schema/model.ts';
import type { JSONSchemaProps } from '../../apimachinery/types/apiextensions.gen.ts';
import type { DeepReadonly, KindType } from '../../apimachinery/types/type.ts';
import type { ErrorList } from '../../apimachinery/validation/field.ts';
import type { Authenticated, RequestContext, Verb } from './context.ts';

export interface ResourceDefinition<T extends ApiObject = Obj> {
  /** Identity of keys, cacher, events, quota and garbage collection: `pods`, `deployments.apps`. One per stored thing. */
  readonly storedAs: string;
  /** Upstream's key prefix behind --etcd-prefix, without slashes at the ends: `pods`, `services/specs`, `minions`, `apiregistration.k8s.io/apiservices`. */
  readonly storagePath: string;
  readonly scope: 'Namespaced' | 'Cluster';
  readonly storageVersion: GroupVersion;
  /** Served or stored; may span groups (core and events.k8s.io events, autoscaling v1 and v2). The stored one first. */
  readonly versions: readonly Version[];
  readonly strategy: Strategy<T>;
  /** What admission and validation see. Built-ins: 'storage'. Custom resources: 'requested'; conversion comes last. */
  readonly validates: 'storage' | 'requested';
  /** tokenreviews, subjectaccessreviews, bindings and componentstatuses have no storage: only these verbs. */
  readonly backing: 'stored' | VirtualBacking<T>;
  /** Verbs of a stored resource when not all of them (get list watch create update patch delete deletecollection). */
  readonly verbs?: readonly Verb[];
  readonly subresources: ReadonlyMap<string, Subresource>;
  /**
   * An update may share what it leaves alone with the stored object (./sharing.ts). Holds where strategies and admission change the members of the object's members at most, replacing what stands deeper
   * instead of changing it in place, and where defaults write only what is missing.
   */
  readonly sharesUnchanged?: boolean;
  /**
   * Objects stay in the version in which they were written until they are written again; whoever reads them in another one has them converted, by somebody else perhaps, who may fail.
   * Absent: what the cacher holds is of the storage version.
   */
  readonly convertsOnRead?: boolean;
  /** Upstream stores it as JSON, which tells empty lists and maps from none. */
  readonly storedAsJson?: boolean;
  /** Raised when a CRD changes: cached records are derived anew. */
  epoch: number;
}

/** A resource without storage. */
export interface VirtualBacking<T extends ApiObject = Obj> {
  readonly verbs: readonly Verb[];
  create?(obj: T, ctx: RequestContext): Promise<Obj>;
  get?(key: Key, ctx: RequestContext): Promise<Obj>;
  list?(ctx: RequestContext): Promise<readonly Obj[]>;
}

export interface Version {
  readonly gvk: GroupVersionKind;
  readonly plural: string;
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly served: boolean;
  /** Text of the Warning header of a deprecated version. */
  readonly deprecation?: string;
  readonly schema: Struct;
  /** The schema as its author wrote it, descriptions and all: what the OpenAPI documents repeat. Types of the generated tables have none. */
  readonly documentation?: DeepReadonly<JSONSchemaProps>;
  readonly columns: readonly Column[];
  /** Field labels beside metadata.name and metadata.namespace. */
  readonly selectableFields: readonly SelectableField[];
  /** Annotations that stand for fields of upstream's internal type: what is made of that, metadata alone and the rows of tables, lacks them. */
  readonly internalAnnotations?: readonly string[];
  /** Why upstream cannot convert a decoded object to its internal type. */
  conversionMistake?(obj: Obj): string | undefined;
  /** Defaults of this version, field by field and by type; runs at every decode, patch result and read from the store. Idempotent. Members that are those of `base`, which has its defaults, are left alone. */
  setDefaults(obj: Obj, base?: object): void;
  /** Between this version and the storage version. Absent: only apiVersion differs. */
  readonly convert?: Converter;
  /** The same, for what many others wait for: gives up soon, and may fail at once after a failure. Default: `convert`. */
  readonly convertBriefly?: Converter;
}

/**
 * Batched and possibly asynchronous: a CRD's webhook converts a whole list in one hop. A failure fails get, list and write with 500 and ends a watch with one ERROR event.
 */
export type Converter = (objects: readonly Obj[], to: GroupVersion, signal: AbortSignal) => MaybePromise<readonly Obj[]>;

export interface SelectableField {
  /** `spec.nodeName` */
  readonly label: string;
  /** Under which the value stands among what is tested, where versions of one definition differ in more than apiVersion. Default: the label. */
  readonly key?: string;
  /** The value as text; '' when unset. Takes the object as it is stored, whatever version's field it is; where conversion is somebody else's, an object of the field's own version. */
  value(obj: DeepReadonly<Obj>): string;
  /** Lists and watches by this field find their objects through an index. */
  readonly indexed?: boolean;
}

/** A column of the Table form. Name, type, format and priority come from the facts; the cell is code. */
export interface Column {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly priority: number;
  readonly description: string;
  /** A JSON scalar. */
  cell(obj: DeepReadonly<Obj>, now: number): unknown;
  /** A further cell, which no column names. */
  extra?(obj: DeepReadonly<Obj>, now: number): unknown;
  /** Rows stand in the order of this column's numbers. */
  readonly ordersRows?: boolean;
  /** What the whole row is marked as. */
  conditions?(obj: DeepReadonly<Obj>): readonly RowCondition[];
}

/** meta.k8s.io's TableRowCondition. */
export interface RowCondition {
  readonly type: 'Completed';
  readonly status: 'True';
  readonly reason: string;
  readonly message: string;
}

/**
 * The rules of one resource. All methods are optional where the engine has a default (./strategy.ts). `obj` is a private mutable copy, `old` is shared: never change it.
 * Behaves like upstream apiserver/pkg/registry/rest (RESTCreateStrategy, RESTUpdateStrategy, RESTDeleteStrategy).
 */
export interface Strategy<T extends ApiObject = Obj> {
  /** Clears status and other fields that a creator may not set; sets generation. */
  prepareForCreate?(obj: T, ctx: RequestContext): void;
  /** Restores fields that this update may not change; raises generation. */
  prepareForUpdate?(obj: T, old: T, ctx: RequestContext): void;
  /** Every mistake at once, upstream's paths and words. Metadata is validated by the engine, before it, unless `metadata` says 'placed'. */
  validate?(obj: T, ctx: RequestContext, metadata: MetadataErrors): ErrorList;
  /** Sees old: ratcheting and immutability. The engine validates metadata changes, before it, unless `metadata` says 'placed'. Includes what `validate` finds where upstream does so. */
  validateUpdate?(obj: T, old: T, ctx: RequestContext, metadata: MetadataErrors): ErrorList;
  /** False: a prefix in metadata.generateName is not judged, only the name made of it. Default true. */
  readonly validatesGenerateName?: boolean;
  /** How the type's own validation treats metadata, beside the check that every resource has. */
  readonly metadata?: MetadataRules;
  warningsOnCreate?(obj: T, ctx: RequestContext): readonly string[];
  warningsOnUpdate?(obj: T, old: T, ctx: RequestContext): readonly string[];
  /** Last change before the write (sorting, clearing empty parts). */
  canonicalize?(obj: T): void;
  /** Which names are valid; default: DNS subdomain. Returns messages. */
  validateName?(name: string, isPrefix: boolean, obj: T): readonly string[];
  /** The name made of generateName; default: with five random characters at its end. */
  generateName?(base: string): string;
  /** PUT to a name that does not exist creates it. */
  readonly allowCreateOnUpdate?: boolean;
  /** PUT without resourceVersion is accepted (default true). */
  readonly allowUnconditionalUpdate?: boolean;
  /** Fields that only another subresource may own: dropped from managed fields. Per served version: `apps/v1` to field paths as in FieldsV1 (`f:status`). */
  readonly resetFields?: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Graceful deletion: may set `options.gracePeriodSeconds`; true: the object stays with a deletionTimestamp until its grace ends. */
  checkGracefulDelete?(obj: T, options: GracefulOptions, ctx: RequestContext): boolean;
  /** True: the deletion only writes `obj` as changed here, and the object stays (a namespace that is not empty yet). */
  keepOnDelete?(obj: T, ctx: RequestContext): boolean;
  /** After an update: whether the object is to be removed now (no finalizers left, grace 0). Default: the engine's rule. */
  shouldDeleteDuringUpdate?(obj: T, old: T): boolean;
  /** A deletion answers with the object and not with a Status. Pods, namespaces, services, service accounts, quotas, pod templates, volumes and claims, storage.k8s.io, resource.k8s.io. */
  readonly returnDeletedObject?: boolean;
  warningsOnDelete?(request: { readonly propagationPolicy?: string; readonly orphanDependents?: boolean }, ctx: RequestContext): readonly string[];
  /** Default deletion propagation when the request names none: orphan for some old versions. */
  defaultGarbageCollectionPolicy?(ctx: RequestContext): 'Orphan' | 'Background' | 'Unsupported';
  /** Seconds after which the store removes it (events). */
  ttl?(obj: T): number | undefined;
  /**
   * Addresses, ports and the like: taken per attempt before validation, given back when the attempt fails; dry run takes nothing; a repair loop owns what a crash leaves.
   */
  begin?(op: 'create' | 'update', obj: T, old: T | undefined, ctx: RequestContext): Promise<{ commit(): MaybePromise<void>; revert(): Promise<void> }>;
  afterDelete?(obj: T, ctx: RequestContext): MaybePromise<void>;
}

/** The mistakes in metadata, as the type's own validation tells them. */
export interface MetadataErrors {
  /** The whole of it, as on creation. */
  whole(): ErrorList;
  /** What an update may not change, and what it must leave valid. Empty on creation. */
  change(): ErrorList;
}

export interface MetadataRules {
  /**
   * 'core': finalizers are standard ones or have a domain, as in upstream's pkg/apis/core/validation; 'generic': any qualified name, as in apimachinery.
   * Default: 'core' for built-ins, 'generic' for custom resources.
   */
  readonly finalizers?: 'core' | 'generic';
  /** 'first' (the default); 'placed': `validate` puts the mistakes among its own; 'last': only when all else is right, and only what every resource has in common. */
  readonly onCreate?: 'first' | 'placed' | 'last';
  /** What an update tells, in this order, before its own mistakes; 'placed': `validateUpdate` puts them among its own. Default: ['change', 'whole'] for built-ins, ['change'] for custom resources. */
  readonly onUpdate?: readonly ('whole' | 'change')[] | 'placed';
}

export interface GracefulOptions {
  /** undefined: not asked for. */
  gracePeriodSeconds?: number;
}

export type Subresource =
  /** status, resize, ephemeralcontainers, approval, finalize: the same object under another strategy. */
  | { readonly kind: 'view'; readonly verbs: readonly Verb[]; readonly strategy: Strategy; /** apiVersions that have it; default: all. */ readonly versions?: ReadonlySet<string>; /** Answers with this kind instead of the resource's own. */ readonly input?: KindType<unknown> }
  /** Maps to autoscaling/v1 Scale; managed fields, too. */
  | { readonly kind: 'scale'; readonly verbs: readonly Verb[]; readonly paths: ScalePaths; /** By apiVersion, where they differ. */ readonly pathsIn?: ReadonlyMap<string, ScalePaths>; /** apiVersions that have it; default: all. */ readonly versions?: ReadonlySet<string> }
  /** eviction, binding, token. */
  | { readonly kind: 'create'; readonly input: KindType<unknown>; readonly output: KindType<unknown>; /** uid and other fields that the server owns count in the body: as preconditions. */ readonly keepsSystemFields?: boolean; /** apiVersions beside the input's whose bodies say the same. */ readonly alsoAccepts?: readonly string[]; run(parent: Key, input: Obj, ctx: SubresourceContext): Promise<Obj> }
  /** log: a GET with options whose answer is no object. */
  | { readonly kind: 'get'; readonly options: KindType<unknown>; run(key: Key, request: Authenticated, ctx: SubresourceContext): Promise<ApiResponse> }
  /** exec, attach, portforward, proxy. */
  | { readonly kind: 'connect'; readonly options: KindType<unknown>; readonly verbs: readonly ('GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD' | 'OPTIONS')[]; readonly pathTail: boolean; run(key: Key, request: Authenticated, ctx: SubresourceContext): Promise<ApiResponse> };

export interface ScalePaths {
  /** The path of spec's replicas as its author wrote it, where an object may lack what it names: without it there is no scale. */
  readonly demanded?: string;
  /** JSON paths: ['spec','replicas']. */
  readonly spec: readonly string[];
  readonly status: readonly string[];
  /** The selector as text, for the Scale's status. */
  selector(obj: DeepReadonly<Obj>): string;
}

/** A subresource's own writes to its parent run through admission as the request asked. */
export interface SubresourceContext extends RequestContext {
  readonly admission: Admission;
}

/** The admission chain of one request, made by `api`. `mutate` returns the object to go on with (the same, changed in place, or another). */
export interface Admission {
  mutate(obj: Obj | undefined, old?: DeepReadonly<Obj>): MaybePromise<Obj | undefined>;
  validate(obj: DeepReadonly<Obj> | undefined, old?: DeepReadonly<Obj>): MaybePromise<void>;
}
