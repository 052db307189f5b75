/**
 * The one CRUD engine, as the endpoints see it (./store.ts implements it). All checks run inside the one guaranteed-update, before anything is written:
 * a watcher never sees an object that is then taken back. Behaves like upstream apiserver/pkg/registry/generic/registry/store.go.
 */
import type { MaybePromise } from '../../apimachinery/http.ts';
import type { ApiObject, Key, Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Admission, ResourceDefinition, Strategy } from './definition.ts';
import type { CachedRecord } from '../../storage/cacher/interface.ts';
import type { RequestContext } from './context.ts';

/** One revision of an object in the storage version: bytes and the object are made at most once. */
export interface Stored<T extends ApiObject = Obj> {
  readonly revision: number;
  /** Frozen, with resourceVersion. */
  readonly object: DeepReadonly<T>;
  /** Canonical JSON of the storage version with resourceVersion spliced in; absent for a dry run. */
  readonly bytes?: Uint8Array;
  /** From which further forms are encoded; absent for a dry run. */
  readonly record?: CachedRecord;
}

export interface WriteRequest {
  readonly dryRun: boolean;
  readonly fieldManager: string;
  /** The operation recorded in managedFields. */
  readonly operation: 'Update' | 'Apply';
  /** '' for the main resource. */
  readonly subresource: string;
}

export interface Preconditions {
  readonly uid?: string;
  readonly resourceVersion?: string;
}

/** How a change is made: from the current object (undefined: it does not exist; throw NotFound unless creation is meant) to the wanted one. May run several times. */
export type Change = (current: DeepReadonly<Obj> | undefined) => MaybePromise<Obj>;

export interface UpdateRequest extends WriteRequest {
  readonly preconditions?: Preconditions;
  /** A missing object is created from what `change(undefined)` gives (server-side apply, allowCreateOnUpdate). */
  readonly createIfMissing: boolean;
  /** Status and other views bring their own. */
  readonly strategy?: Strategy;
  /** Admission of the creation when createIfMissing creates. */
  readonly createAdmission?: Admission;
  /** Managed fields are already computed by `change` (server-side apply). */
  readonly managedFieldsDone?: boolean;
}

export interface DeleteRequest {
  readonly dryRun: boolean;
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: 'Orphan' | 'Background' | 'Foreground';
  readonly orphanDependents?: boolean;
  readonly preconditions?: Preconditions;
}

export interface WriteResult {
  readonly stored: Stored;
  readonly created: boolean;
}
export interface DeleteResult {
  readonly stored: Stored;
  /** False: finalizers or a grace period keep it. */
  readonly deletedImmediately: boolean;
  /** Whether the answer is the object; otherwise it is a Status that names it. */
  readonly returnsObject: boolean;
}

export interface Store {
  readonly definition: ResourceDefinition;
  create(obj: Obj, admission: Admission, request: WriteRequest, ctx: RequestContext): Promise<WriteResult>;
  update(key: Key, change: Change, admission: Admission, request: UpdateRequest, ctx: RequestContext): Promise<WriteResult>;
  delete(key: Key, admission: Admission, request: DeleteRequest, ctx: RequestContext): Promise<DeleteResult>;
  /** The object now (consistent), or at least as new as `resourceVersion` ("0": any). Throws NotFound. */
  get(key: Key, options: { readonly resourceVersion?: string }, ctx: RequestContext): MaybePromise<Stored>;
}
