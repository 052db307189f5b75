/**
 * ConfigMaps and Secrets that the node's pods name: each is watched while a pod needs it. Between environment/ and volumes/ and the client.
 * Behaves like upstream pkg/kubelet/util/manager, watch based.
 */
import { isStatusError, newNotFound } from '../../apimachinery/errors.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly, ResourceType } from '../../apimachinery/types/type.ts';
import type { ApiObject } from '../../apimachinery/meta.ts';
import type { Client } from '../../client/interface.ts';
import type { Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Pod } from '../container/pod.ts';
import { referencesOf, type Reference } from './pod-references.ts';

export interface References {
  /** The newest known; waits for the first answer. Throws a NotFound StatusError that names it as upstream does. */
  configMap(namespace: string, name: string): Promise<DeepReadonly<core.ConfigMap>>;
  secret(namespace: string, name: string): Promise<DeepReadonly<core.Secret>>;
}

export interface ReferenceTrackerOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** Something that these pods name has changed. */
  onChange(podUids: readonly string[]): void;
}

type Found = { readonly object: DeepReadonly<ApiObject> } | { readonly error: Error };

interface Entry {
  readonly stop: AbortController;
  readonly users: Set<string>;
  /** The first answer. */
  readonly ready: Promise<void>;
  found: Found | undefined;
}

const RETRY_MS = 1000;
const TYPES = { configmap: core.ConfigMap, secret: core.Secret } as const;
const keyOf = ({ kind, namespace, name }: Reference): string => `${kind}/${namespace}/${name}`;

export class ReferenceTracker implements References {
  readonly #options: ReferenceTrackerOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #byPod = new Map<string, readonly Reference[]>();

  constructor(options: ReferenceTrackerOptions) {
    this.#options = options;
  }

  /** Watches what the pod names, until `unregister`. */
  register(pod: Pod): void {
    const { uid } = pod.metadata;
    const wanted = referencesOf(pod);
    const before = this.#byPod.get(uid) ?? [];
    this.#byPod.set(uid, wanted);
    for (const reference of wanted) this.#entry(reference).users.add(uid);
    const kept = new Set(wanted.map(keyOf));
    for (const reference of before) if (!kept.has(keyOf(reference))) this.#release(reference, uid);
  }

  unregister(uid: string): void {
    for (const reference of this.#byPod.get(uid) ?? []) this.#release(reference, uid);
    this.#byPod.delete(uid);
  }

  configMap(namespace: string, name: string): Promise<DeepReadonly<core.ConfigMap>> {
    return this.#get({ kind: 'configmap', namespace, name }) as Promise<DeepReadonly<core.ConfigMap>>;
  }

  secret(namespace: string, name: string): Promise<DeepReadonly<core.Secret>> {
    return this.#get({ kind: 'secret', namespace, name }) as Promise<DeepReadonly<core.Secret>>;
  }

  async #get(reference: Reference): Promise<DeepReadonly<ApiObject>> {
    const entry = this.#entries.get(keyOf(reference));
    if (!entry) return this.#read(reference);
    await entry.ready;
    const { found } = entry;
    if (!found || 'error' in found) throw found?.error ?? new Error(`${reference.kind} "${reference.name}" is not known yet`);
    return found.object;
  }

  async #read({ kind, namespace, name }: Reference): Promise<DeepReadonly<ApiObject>> {
    try {
      return await this.#options.client.resource<ApiObject>(TYPES[kind] as ResourceType<ApiObject>).get({ namespace, name });
    } catch (error) {
      throw isStatusError(error, 'NotFound') ? missing(kind, name) : error;
    }
  }

  #entry(reference: Reference): Entry {
    const key = keyOf(reference);
    const known = this.#entries.get(key);
    if (known) return known;
    const stop = new AbortController();
    let ready = (): void => undefined;
    const entry: Entry = { stop, users: new Set(), ready: new Promise((resolve) => (ready = resolve)), found: undefined };
    this.#entries.set(key, entry);
    void this.#follow(reference, entry, AbortSignal.any([stop.signal, this.#options.signal]), ready);
    return entry;
  }

  #release(reference: Reference, uid: string): void {
    const entry = this.#entries.get(keyOf(reference));
    entry?.users.delete(uid);
    if (!entry || entry.users.size > 0) return;
    entry.stop.abort();
    this.#entries.delete(keyOf(reference));
  }

  async #follow(reference: Reference, entry: Entry, signal: AbortSignal, ready: () => void): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#listAndWatch(reference, entry, signal, ready);
      } catch (error) {
        if (signal.aborted) break;
        entry.found ??= { error: error instanceof Error ? error : new Error(String(error)) };
        ready();
        await this.#options.clock.sleep(RETRY_MS, signal).catch(() => this.#options.log.debug('stopped to follow', { ...reference }));
        if (entry.found !== undefined && 'error' in entry.found) this.#options.onChange([...entry.users]);
      }
    }
    ready();
  }

  async #listAndWatch(reference: Reference, entry: Entry, signal: AbortSignal, ready: () => void): Promise<void> {
    const { kind, namespace, name } = reference;
    const resource = this.#options.client.resource<ApiObject>(TYPES[kind] as ResourceType<ApiObject>);
    const scope = { namespace, fieldSelector: `metadata.name=${name}`, signal };
    const { items, resourceVersion } = await resource.list(scope);
    this.#set(entry, items[0] ? { object: items[0] } : { error: missing(kind, name) });
    ready();
    for await (const batch of resource.watch({ ...scope, resourceVersion, allowWatchBookmarks: true })) {
      for (const { type, object } of batch) if (type !== 'BOOKMARK') this.#set(entry, type === 'DELETED' ? { error: missing(kind, name) } : { object });
    }
  }

  #set(entry: Entry, found: Found): void {
    const before = entry.found;
    entry.found = found;
    const same = before && 'object' in before && 'object' in found && before.object.metadata.resourceVersion === found.object.metadata.resourceVersion;
    if (before !== undefined && !same) this.#options.onChange([...entry.users]);
  }
}

const missing = (kind: string, name: string): Error => newNotFound({ group: '', resource: kind }, name);
