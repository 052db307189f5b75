/**
 * A controller as a declaration: what it watches, and what it does about one key. Queue, retry, informers, events and metrics belong to the framework (run-controllers.ts).
 * A key, never an event: `reconcile` reads listers, plans, and writes through the client; it must give the same result when it is called once more.
 */
import type { ApiObject, Key } from '../../apimachinery/meta.ts';
import type { DeepReadonly, ResourceType } from '../../apimachinery/types/type.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import type { Client, EventRecorder, Informer, Lister } from '../../client/interface.ts';
import type { Expectations } from './expectations.ts';
import type { Readable } from './owners.ts';
import type { ControllerSettings } from './settings.ts';

/** What a controller may touch. */
export interface ControllerContext {
  readonly name: string;
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly settings: ControllerSettings;
  readonly expectations: Expectations;
  /** Aborts when the controller has to end. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  now(): number;
  lister<T extends ApiObject>(type: ResourceType<T>): Lister<T>;
  informer<T extends ApiObject>(type: ResourceType<T>): Informer<T>;
  /** The objects of an owned type whose controller is `owner`. */
  owned<T extends ApiObject>(type: ResourceType<T>, owner: Readable): readonly DeepReadonly<T>[];
  /** The objects of an owned type in `namespace` that have no controller. */
  orphans<T extends ApiObject>(type: ResourceType<T>, namespace: string): readonly DeepReadonly<T>[];
  /** Reconciles `key`, now or in `afterMs`. */
  enqueue(key: Key, afterMs?: number): void;
}

export interface Result {
  /** Milliseconds until the key is reconciled again. */
  readonly requeueAfter?: number;
}

type Erased = DeepReadonly<ApiObject>;

/** A type whose changes are mapped to keys of the controller. */
export interface Watch {
  readonly type: ResourceType<ApiObject>;
  readonly keys: (obj: Erased, ctx: ControllerContext, change: Change) => Iterable<Key>;
}
/** `old` is absent when the object was added, `gone` tells that it was deleted. */
export interface Change {
  readonly old?: Erased;
  readonly gone: boolean;
}

export interface Index {
  readonly type: ResourceType<ApiObject>;
  readonly name: string;
  readonly values: (obj: Erased) => readonly string[];
}

/** Keys for every add, update and delete of a `type`. An update asks for both the old and the new object's keys only when `keys` looks at `change.old`. */
export function watch<T extends ApiObject>(type: ResourceType<T>, keys: (obj: DeepReadonly<T>, ctx: ControllerContext, change: { readonly old?: DeepReadonly<T>; readonly gone: boolean }) => Iterable<Key>): Watch {
  return { type, keys: keys as unknown as Watch['keys'] };
}

export function index<T extends ApiObject>(type: ResourceType<T>, name: string, values: (obj: DeepReadonly<T>) => readonly string[]): Index {
  return { type, name, values: values as unknown as Index['values'] };
}

export interface ControllerDefinition {
  /** Upstream's canonical name: an ID. */
  readonly name: string;
  /** As which events are reported: the name unless upstream has another. */
  readonly component: string;
  readonly disabledByDefault: boolean;
  /** Its objects are the keys: each change of one reconciles it. */
  readonly for: ResourceType<ApiObject> | undefined;
  /** Objects that the `for` objects control: a change of one reconciles its controller, and meets expectations. */
  readonly owns: readonly ResourceType<ApiObject>[];
  readonly watches: readonly Watch[];
  /** Types that `reconcile` only reads. */
  readonly reads: readonly ResourceType<ApiObject>[];
  readonly indexes: readonly Index[];
  /** Milliseconds between a change of an owned object and the reconcile: several changes make one. */
  readonly ownedDelay: number;
  /** Keys reconciled at a time. */
  readonly concurrency: number;
  /** The longest pause (ms) before a key that failed is tried again. */
  readonly maxBackoff: number;
  /** Made once per run, after the caches have synced; handed to `reconcile`. */
  readonly start: (ctx: ControllerContext) => Running;
}

/** A running controller. */
export interface Running {
  reconcile?(key: Key): Promise<Result | void>;
  /** Work beside the queue, until the context's signal aborts. */
  run?(): Promise<void>;
}

export interface Declaration<T extends ApiObject, S> {
  readonly name: string;
  readonly component?: string;
  readonly disabledByDefault?: boolean;
  readonly for?: ResourceType<T>;
  readonly owns?: readonly ResourceType<ApiObject>[];
  readonly watches?: readonly Watch[];
  readonly reads?: readonly ResourceType<ApiObject>[];
  readonly indexes?: readonly Index[];
  /** Milliseconds; 0 unless told. */
  readonly ownedDelay?: number;
  /** 5 unless told. */
  readonly concurrency?: number;
  /** Milliseconds; 1000 s unless told. */
  readonly maxBackoff?: number;
  /** What lives as long as the controller runs. */
  setup?(ctx: ControllerContext): S;
  reconcile?(ctx: ControllerContext, key: Key, state: S): Promise<Result | void>;
  run?(ctx: ControllerContext, state: S): Promise<void>;
}

export function defineController<T extends ApiObject, S = undefined>(declaration: Declaration<T, S>): ControllerDefinition {
  const { reconcile, run } = declaration;
  return {
    name: declaration.name,
    component: declaration.component ?? declaration.name,
    disabledByDefault: declaration.disabledByDefault ?? false,
    for: declaration.for,
    owns: declaration.owns ?? [],
    watches: declaration.watches ?? [],
    reads: declaration.reads ?? [],
    indexes: declaration.indexes ?? [],
    ownedDelay: declaration.ownedDelay ?? 0,
    concurrency: declaration.concurrency ?? 5,
    maxBackoff: declaration.maxBackoff ?? 1_000_000,
    start(ctx) {
      const state = declaration.setup?.(ctx) as S;
      return { ...(reconcile && { reconcile: (key: Key) => reconcile(ctx, key, state) }), ...(run && { run: () => run(ctx, state) }) };
    },
  };
}
