/** One informer for each collection that anybody asks for. Behaves like upstream client-go/informers factory.go. */
import type { ApiObject } from '../../apimachinery/meta.ts';
import type { ResourceType } from '../../apimachinery/types/type.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import { realRand, type Rand } from '../../component-base/rand.ts';
import type { Client, Informer, ResourceClient, SharedInformers } from '../interface.ts';
import { StoreInformer } from './informer.ts';
import { Reflector } from './reflector.ts';

export interface SharedInformersOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  readonly rand?: Rand;
  /** Initial states as streams instead of lists: worth it over a network when collections are large. */
  readonly watchList?: boolean;
}

/** What is listed and watched. */
export interface InformerScope {
  readonly namespace?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

interface Entry {
  readonly whenSynced: () => Promise<void>;
  readonly run: (signal: AbortSignal) => void;
}

/** An informer outside of any set, over any client; `run` starts it. */
export function newInformer<T extends ApiObject>(client: ResourceClient<T>, scope: InformerScope, options: Omit<SharedInformersOptions, 'client'>): { readonly informer: StoreInformer<T>; run(signal: AbortSignal): Promise<void> } {
  const { clock, log, rand = realRand, watchList = false } = options;
  const informer = new StoreInformer<T>(log);
  const reflector = new Reflector<T>({ client, sink: informer, clock, rand, log, watchList, ...scope });
  return { informer, run: (signal) => reflector.run(signal) };
}

function scopeKey(typeName: string, plural: string, scope: InformerScope): string {
  return JSON.stringify([typeName, plural, scope.namespace ?? '', scope.fieldSelector ?? '', scope.labelSelector ?? '']);
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted === true) reject(signal.reason as Error);
    signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
}

export function newSharedInformers(options: SharedInformersOptions): SharedInformers {
  const informers = new Map<string, Informer<never>>();
  const entries: Entry[] = [];
  let running: AbortSignal | undefined;
  const add = (entry: Entry): void => {
    entries.push(entry);
    if (running) entry.run(running);
  };
  return {
    informer<T extends ApiObject>(type: ResourceType<T>, scope: InformerScope = {}): Informer<T> {
      const key = scopeKey(`${type.gvk.group}/${type.gvk.version}`, type.plural, scope);
      const known = informers.get(key);
      if (known) return known as unknown as Informer<T>;
      const log = options.log.with({ resource: type.plural });
      const { informer, run } = newInformer(options.client.resource(type), scope, { ...options, log });
      informers.set(key, informer as unknown as Informer<never>);
      add({ whenSynced: () => informer.whenSynced(), run: (signal) => void run(signal).catch((error: unknown) => log.error('an informer stopped', error)) });
      return informer;
    },
    start(signal) {
      if (running) return;
      running = signal;
      for (const entry of entries) entry.run(signal);
    },
    async waitForSync(signal) {
      const synced = Promise.all(entries.map((entry) => entry.whenSynced()));
      await (signal === undefined ? synced : Promise.race([synced, untilAborted(signal)]));
    },
  };
}
