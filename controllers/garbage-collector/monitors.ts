/** Watches every collection whose objects can be deleted. Behaves like upstream pkg/controller/garbagecollector graph_builder.go syncMonitors. */
import type { Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { discover, type DiscoveredResource } from '../../client/discovery.ts';
import { Reflector, type Sink } from '../../client/cache/reflector.ts';
import type { ControllerContext } from '../framework/definition.ts';
import type { Readable } from '../framework/owners.ts';
import type { Consequences, Graph } from './graph.ts';

/** Nothing owns events, and they own nothing. */
const IGNORED = new Set(['/events', 'events.k8s.io/events']);

interface Monitor {
  readonly stop: AbortController;
  readonly synced: Promise<void>;
}

const nameOf = (r: DiscoveredResource): string => `${r.group}/${r.resource}`;

export class Monitors {
  readonly #ctx: ControllerContext;
  readonly #graph: Graph;
  readonly #report: (consequences: Consequences) => void;
  readonly #monitors = new Map<string, Monitor>();
  /** `group/kind` → its collection, as last discovered. */
  #byKind = new Map<string, DiscoveredResource>();

  constructor(ctx: ControllerContext, graph: Graph, report: (consequences: Consequences) => void) {
    this.#ctx = ctx;
    this.#graph = graph;
    this.#report = report;
  }

  resourceOf(group: string, kind: string): DiscoveredResource | undefined {
    return this.#byKind.get(`${group}/${kind}`);
  }

  /** Follows what the server has now; resolves when all new collections were listed. False when part of it could not be discovered: what was watched there still is. */
  async sync(): Promise<boolean> {
    const { resources, failures } = await discover(this.#ctx.client);
    for (const resource of resources) this.#byKind.set(`${resource.group}/${resource.kind}`, resource);
    const wanted = resources.filter((r) => ['list', 'watch', 'delete'].every((verb) => r.verbs.includes(verb)) && !IGNORED.has(nameOf(r)));
    const names = new Set(wanted.map(nameOf));
    for (const [name, monitor] of this.#monitors) {
      if (names.has(name) || failures.size > 0) continue;
      monitor.stop.abort(new Error('the collection is gone'));
      this.#monitors.delete(name);
    }
    for (const resource of wanted) if (!this.#monitors.has(nameOf(resource))) this.#monitors.set(nameOf(resource), this.#start(resource));
    await Promise.race([Promise.all([...this.#monitors.values()].map((m) => m.synced)), this.#ctx.clock.sleep(30_000, this.#ctx.signal)]);
    return failures.size === 0;
  }

  #start(resource: DiscoveredResource): Monitor {
    const { client, clock, rand, signal } = this.#ctx;
    const log = this.#ctx.log.with({ resource: nameOf(resource) });
    const stop = new AbortController();
    let synced: () => void = () => undefined;
    const whenSynced = new Promise<void>((resolve) => (synced = resolve));
    const reflector = new Reflector<Obj>({ client: client.dynamic(resource), sink: this.#sink(resource, synced), clock, rand, log });
    void reflector.run(AbortSignal.any([stop.signal, signal])).catch((error: unknown) => log.error('a monitor stopped', error));
    return { stop, synced: whenSynced };
  }

  #sink(resource: DiscoveredResource, synced: () => void): Sink<Obj> {
    /** Uids of this collection that are in the graph. */
    const known = new Set<string>();
    const observe = (obj: DeepReadonly<Obj>): void => {
      known.add(obj.metadata.uid);
      this.#report(this.#graph.observe(resource, obj as Readable));
    };
    const remove = (uid: string): void => {
      known.delete(uid);
      this.#report(this.#graph.remove(uid));
    };
    return {
      replace(items) {
        const listed = new Set(items.map((obj) => obj.metadata.uid));
        for (const uid of known) if (!listed.has(uid)) remove(uid);
        items.forEach(observe);
        synced();
      },
      apply: (event) => (event.type === 'DELETED' ? remove(event.object.metadata.uid) : observe(event.object)),
    };
  }
}
