/** Decides about one object and acts: deleted when all its owners are gone, kept without dead references otherwise. Behaves like upstream pkg/controller/garbagecollector garbagecollector.go. */
import { isConflict, isNotFound } from '../../apimachinery/errors.ts';
import type { Key, Obj } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { LruMap } from '../../client/cache/lru.ts';
import type { ResourceClient } from '../../client/interface.ts';
import type { ControllerContext, Result } from '../framework/definition.ts';
import { FOREGROUND, matches, ORPHAN, type Graph, type GraphNode, type Owner } from './graph.ts';
import type { Monitors } from './monitors.ts';

type Live = DeepReadonly<Obj>;
type Standing = 'solid' | 'dangling' | 'waiting' | 'unresolvable';

const keyOfNode = (node: GraphNode): Key => ({ namespace: node.namespace, name: node.name });
/** An owner that no monitor shows is asked for again after this. */
const RECHECK_MS = 5_000;

export class Collector {
  readonly #ctx: ControllerContext;
  readonly #graph: Graph;
  readonly #monitors: Monitors;
  /** References that the server has answered "not found" to; uids are never used twice. */
  readonly #absent = new LruMap<string, true>(500);

  constructor(ctx: ControllerContext, graph: Graph, monitors: Monitors) {
    this.#ctx = ctx;
    this.#graph = graph;
    this.#monitors = monitors;
  }

  async collect(uid: string): Promise<Result | void> {
    const node = this.#graph.node(uid);
    if (!node) return;
    if (node.orphansDependents) return this.#orphan(node);
    if (node.isBeingDeleted && !node.deletesDependents) return;
    if (!node.deletesDependents && node.owners.every((ref) => this.#isSolid(node, ref))) return;
    const live = await this.#live(this.#client(node), keyOfNode(node));
    if (!live || live.metadata.uid !== uid) return;
    return node.deletesDependents ? this.#deleteDependents(node, live) : this.#judge(node, live);
  }

  #client(node: GraphNode): ResourceClient<Obj> {
    return this.#ctx.client.dynamic(node.resource);
  }

  async #live(client: ResourceClient<Obj>, key: Key): Promise<Live | undefined> {
    try {
      return await client.get(key);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** The owner is known to be there: no need to ask. */
  #isSolid(node: GraphNode, ref: Owner): boolean {
    const owner = this.#graph.node(ref.uid);
    return owner !== undefined && !owner.isBeingDeleted && matches(ref, node, owner);
  }

  /** Waits for blocking dependents; without any, lets the object go. */
  async #deleteDependents(node: GraphNode, live: Live): Promise<void> {
    const blocking = this.#graph.blockingDependents(node.uid);
    if (blocking.length === 0) return this.#dropFinalizer(node, live, FOREGROUND);
    for (const dependent of blocking) if (!dependent.deletesDependents) this.#ctx.enqueue({ namespace: '', name: dependent.uid });
  }

  async #judge(node: GraphNode, live: Live): Promise<Result | void> {
    const owners = live.metadata.ownerReferences ?? [];
    if (owners.length === 0) return;
    const standings = new Map<Owner, Standing>();
    for (const ref of owners) standings.set(ref, await this.#standing(node, ref));
    const are = (standing: Standing): Owner[] => owners.filter((ref) => standings.get(ref) === standing);
    if (are('unresolvable').length > 0) return { requeueAfter: RECHECK_MS };
    const [solid, gone] = [are('solid'), [...are('dangling'), ...are('waiting')]];
    if (solid.length > 0) {
      if (gone.length > 0) await this.#patchOwners(node, live, owners.filter((ref) => !gone.includes(ref)));
      return solid.every((ref) => this.#graph.node(ref.uid)) ? undefined : { requeueAfter: RECHECK_MS };
    }
    if (are('waiting').length > 0 && this.#graph.dependentsOf(node.uid).length > 0) return this.#deleteForeground(node, live);
    const finalizers = live.metadata.finalizers ?? [];
    await this.#delete(node, live, finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background');
  }

  async #standing(node: GraphNode, ref: Owner): Promise<Standing> {
    const slash = ref.apiVersion.indexOf('/');
    const resource = this.#monitors.resourceOf(slash < 0 ? '' : ref.apiVersion.slice(0, slash), ref.kind);
    if (!resource) return 'unresolvable';
    if (resource.namespaced && node.namespace === '') return 'solid';
    const key = { namespace: resource.namespaced ? node.namespace : '', name: ref.name };
    const absentKey = [ref.uid, ref.apiVersion, ref.kind, key.namespace, key.name].join('\0');
    if (this.#absent.get(absentKey)) return 'dangling';
    const owner = await this.#live(this.#ctx.client.dynamic(resource), key);
    if (!owner || owner.metadata.uid !== ref.uid) {
      this.#absent.set(absentKey, true);
      return 'dangling';
    }
    return owner.metadata.deletionTimestamp !== undefined && (owner.metadata.finalizers ?? []).includes(FOREGROUND) ? 'waiting' : 'solid';
  }

  /** Two that wait for each other would wait for ever: then this one no longer blocks its owners. */
  async #deleteForeground(node: GraphNode, live: Live): Promise<void> {
    let latest = live;
    if (this.#graph.dependentsOf(node.uid).some((dependent) => dependent.deletesDependents)) {
      latest = await this.#patchOwners(node, live, (live.metadata.ownerReferences ?? []).map((ref) => ({ ...ref, blockOwnerDeletion: false })));
    }
    await this.#delete(node, latest, 'Foreground');
  }

  async #delete(node: GraphNode, live: Live, propagationPolicy: 'Orphan' | 'Foreground' | 'Background'): Promise<void> {
    try {
      const { uid, resourceVersion } = live.metadata;
      await this.#client(node).delete(keyOfNode(node), { propagationPolicy, preconditions: { uid, resourceVersion } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  async #orphan(node: GraphNode): Promise<void> {
    await Promise.all(this.#graph.dependentsOf(node.uid).map((dependent) => this.#release(dependent, node.uid)));
    const live = await this.#live(this.#client(node), keyOfNode(node));
    if (live?.metadata.uid === node.uid) await this.#dropFinalizer(node, live, ORPHAN);
  }

  /** Takes the reference to `owner` off; again when the object changed meanwhile. */
  async #release(node: GraphNode, owner: string): Promise<void> {
    for (;;) {
      const live = await this.#live(this.#client(node), keyOfNode(node));
      if (!live || live.metadata.uid !== node.uid) return;
      const owners = live.metadata.ownerReferences ?? [];
      if (!owners.some((ref) => ref.uid === owner)) return;
      try {
        await this.#patchOwners(node, live, owners.filter((ref) => ref.uid !== owner));
        return;
      } catch (error) {
        if (isNotFound(error)) return;
        if (!isConflict(error)) throw error;
      }
    }
  }

  #patchOwners(node: GraphNode, live: Live, ownerReferences: readonly Owner[]): Promise<Live> {
    return this.#patch(node, live, { ownerReferences: ownerReferences.length === 0 ? null : ownerReferences });
  }

  async #dropFinalizer(node: GraphNode, live: Live, finalizer: string): Promise<void> {
    const finalizers = live.metadata.finalizers ?? [];
    if (!finalizers.includes(finalizer)) return;
    const left = finalizers.filter((name) => name !== finalizer);
    try {
      await this.#patch(node, live, { finalizers: left.length === 0 ? null : left });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }

  /** A merge patch works for custom resources, too. */
  #patch(node: GraphNode, live: Live, metadata: object): Promise<Live> {
    const { uid, resourceVersion } = live.metadata;
    return this.#client(node).patch(keyOfNode(node), { type: 'merge', body: { metadata: { uid, resourceVersion, ...metadata } } });
  }
}
