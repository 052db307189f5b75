/** A store kept up to date by a reflector, with handlers that hear of every change. Behaves like upstream client-go/tools/cache shared_informer.go. */
import { keyOf, keyText, type ApiObject } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Log } from '../../component-base/log.ts';
import type { EventHandler, Informer, Lister, WatchEventOf } from '../interface.ts';
import type { Sink } from './reflector.ts';
import { listerOf, Store, type Identified } from './store.ts';

type Held<T> = DeepReadonly<T> & Identified;

/** The store changes before its handlers are called; they run at once, in the order in which they were added. */
export class StoreInformer<T extends ApiObject> implements Informer<T>, Sink<T> {
  readonly lister: Lister<T>;
  readonly #store = new Store<Held<T>>();
  readonly #handlers = new Set<EventHandler<T>>();
  readonly #log: Log;
  #synced = false;
  readonly #whenSynced: Promise<void>;
  #resolveSynced: () => void = () => undefined;

  constructor(log: Log) {
    this.#log = log;
    this.lister = listerOf<T>(this.#store);
    this.#whenSynced = new Promise((resolve) => (this.#resolveSynced = resolve));
  }

  hasSynced(): boolean {
    return this.#synced;
  }

  /** Resolves with the initial list. */
  whenSynced(): Promise<void> {
    return this.#whenSynced;
  }

  addIndex(name: string, values: (obj: DeepReadonly<T>) => readonly string[]): void {
    this.#store.addIndex(name, values);
  }

  /** A handler that comes late hears first of all that is there. */
  addEventHandler(handler: EventHandler<T>): () => void {
    this.#handlers.add(handler);
    for (const obj of this.#store.list()) this.#call([handler], (h) => h.onAdd?.(obj, true));
    return () => void this.#handlers.delete(handler);
  }

  replace(items: readonly DeepReadonly<T>[]): void {
    const isInitial = !this.#synced;
    const gone = new Map(this.#store.list().map((obj) => [keyText(keyOf(obj)), obj]));
    for (const item of items) {
      gone.delete(keyText(keyOf(item as Held<T>)));
      this.#put(item as Held<T>, isInitial);
    }
    for (const obj of gone.values()) this.#remove(obj);
    this.#synced = true;
    this.#resolveSynced();
  }

  apply(event: WatchEventOf<T>): void {
    if (event.type === 'DELETED') this.#remove(event.object as Held<T>);
    else this.#put(event.object as Held<T>, false);
  }

  #put(obj: Held<T>, isInitial: boolean): void {
    const old = this.#store.set(obj);
    if (old === undefined) this.#call(this.#handlers, (h) => h.onAdd?.(obj, isInitial));
    else if (old.metadata.resourceVersion !== obj.metadata.resourceVersion) this.#call(this.#handlers, (h) => h.onUpdate?.(old, obj));
  }

  #remove(obj: Held<T>): void {
    if (this.#store.delete(keyOf(obj)) !== undefined) this.#call(this.#handlers, (h) => h.onDelete?.(obj));
  }

  #call(handlers: Iterable<EventHandler<T>>, fn: (handler: EventHandler<T>) => void): void {
    for (const handler of handlers) {
      try {
        fn(handler);
      } catch (error) {
        this.#log.error('an event handler failed', error);
      }
    }
  }
}
