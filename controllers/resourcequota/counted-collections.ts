/** The collections that quotas count and no cache holds: custom resources and rarely counted kinds. Followed while a quota names them. Behaves like upstream pkg/controller/resourcequota resource_quota_monitor.go. */
import type { GroupResource, Obj } from '../../apimachinery/meta.ts';
import { evaluatorFor } from '../../apimachinery/quota/evaluators.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { Reflector, type Sink } from '../../client/cache/reflector.ts';
import { discover, type DiscoveredResource } from '../../client/discovery.ts';
import type { ControllerContext } from '../framework/definition.ts';

interface Followed {
  readonly resource: DiscoveredResource;
  readonly objects: Map<string, DeepReadonly<Obj>>;
  readonly stop: AbortController;
  /** Resolves when it was listed; undefined: it was. */
  synced: Promise<void> | undefined;
}

/** A collection that cannot be listed holds nobody up for longer. */
const SYNC_MS = 10_000;

const nameOf = (r: GroupResource): string => `${r.group}/${r.resource}`;
const counts = (r: GroupResource, names: readonly string[]): boolean => evaluatorFor(r).matchingResources(names).length > 0;

export class CountedCollections {
  readonly #ctx: ControllerContext;
  readonly #cached: readonly GroupResource[];
  readonly #freed: (namespace: string) => void;
  readonly #followed = new Map<string, Followed>();

  /** `cached`: what others follow. `freed` is told of the namespace of an object that went. */
  constructor(ctx: ControllerContext, cached: readonly GroupResource[], freed: (namespace: string) => void) {
    this.#ctx = ctx;
    this.#cached = cached;
    this.#freed = freed;
  }

  /** Whether some of the names can only be of a collection that is followed here. */
  concerns(names: readonly string[]): boolean {
    return names.some((name) => !this.#cached.some((r) => counts(r, [name])));
  }

  /** Follows what the names count, and nothing else. Resolves when it was listed. */
  async follow(names: readonly string[]): Promise<void> {
    const wanted = this.concerns(names) ? (await discover(this.#ctx.client)).resources.filter((r) => this.#isCounted(r, names)) : [];
    const kept = new Set(wanted.map(nameOf));
    for (const [name, { stop }] of this.#followed) {
      if (kept.has(name)) continue;
      stop.abort(new Error('no quota counts the collection'));
      this.#followed.delete(name);
    }
    for (const resource of wanted) if (!this.#followed.has(nameOf(resource))) this.#followed.set(nameOf(resource), this.#start(resource));
    const missing = [...this.#followed.values()].flatMap((f) => f.synced ?? []);
    if (missing.length > 0) await Promise.race([Promise.all(missing), this.#ctx.clock.sleep(SYNC_MS, this.#ctx.signal)]);
  }

  *in(namespace: string): Iterable<{ readonly resource: GroupResource; readonly objects: readonly DeepReadonly<Obj>[] }> {
    for (const { resource, objects } of this.#followed.values()) yield { resource, objects: [...objects.values()].filter((o) => o.metadata.namespace === namespace) };
  }

  #isCounted(resource: DiscoveredResource, names: readonly string[]): boolean {
    const isCached = this.#cached.some((r) => nameOf(r) === nameOf(resource));
    return resource.namespaced && !isCached && ['list', 'watch'].every((verb) => resource.verbs.includes(verb)) && counts(resource, names);
  }

  #start(resource: DiscoveredResource): Followed {
    const { client, clock, rand, signal } = this.#ctx;
    const log = this.#ctx.log.with({ resource: nameOf(resource) });
    const stop = new AbortController();
    const objects = new Map<string, DeepReadonly<Obj>>();
    let listed: () => void = () => undefined;
    const synced = new Promise<void>((resolve) => (listed = resolve));
    const reflector = new Reflector<Obj>({ client: client.dynamic(resource), sink: this.#sink(objects, listed), clock, rand, log });
    void reflector.run(AbortSignal.any([stop.signal, signal])).catch((error: unknown) => log.error('a counted collection is not followed any more', error));
    const followed: Followed = { resource, objects, stop, synced };
    void synced.then(() => (followed.synced = undefined));
    return followed;
  }

  #sink(objects: Map<string, DeepReadonly<Obj>>, listed: () => void): Sink<Obj> {
    return {
      replace(items) {
        objects.clear();
        for (const obj of items) objects.set(obj.metadata.uid, obj);
        listed();
      },
      apply: ({ type, object }) => {
        if (type !== 'DELETED') objects.set(object.metadata.uid, object);
        else if (objects.delete(object.metadata.uid)) this.#freed(object.metadata.namespace ?? '');
      },
    };
  }
}
