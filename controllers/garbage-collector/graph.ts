/** Who owns whom, by uid. Pure: it is told of changes and says whom they concern. Behaves like upstream pkg/controller/garbagecollector graph_builder.go. */
import type { OwnerReference } from '../../apimachinery/types/meta.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Readable } from '../framework/owners.ts';
import type { DiscoveredResource } from '../../client/discovery.ts';

export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';

export type Owner = DeepReadonly<OwnerReference>;

/** Cluster-scoped objects have no namespace. */
type Metadata = Omit<Readable['metadata'], 'namespace'> & { readonly namespace?: string };

/** What the graph keeps of an object. */
export interface GraphNode {
  readonly uid: string;
  readonly resource: DiscoveredResource;
  readonly namespace: string;
  readonly name: string;
  owners: readonly Owner[];
  isBeingDeleted: boolean;
  /** Being deleted, and waiting until its dependents are gone. */
  deletesDependents: boolean;
  /** Being deleted, and its dependents are to be kept. */
  orphansDependents: boolean;
}

/** What a change asks for. */
export interface Consequences {
  /** Uids to look at. */
  readonly check: readonly string[];
  /** Dependents whose reference names an owner in another namespace. */
  readonly misplaced: readonly { readonly dependent: GraphNode; readonly owner: Owner }[];
}

const sameOwners = (a: readonly Owner[], b: readonly Owner[]): boolean => JSON.stringify(a) === JSON.stringify(b);

export class Graph {
  /** Observed and not yet gone. */
  readonly #nodes = new Map<string, GraphNode>();
  /** Owner's uid (observed or not) → those that name it. No empty sets. */
  readonly #dependents = new Map<string, Set<GraphNode>>();

  get size(): number {
    return this.#nodes.size;
  }

  node(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }

  dependentsOf(uid: string): readonly GraphNode[] {
    return [...(this.#dependents.get(uid) ?? [])];
  }

  /** Dependents that the owner has to wait for. */
  blockingDependents(uid: string): readonly GraphNode[] {
    return this.dependentsOf(uid).filter((node) => node.owners.some((ref) => ref.uid === uid && ref.blockOwnerDeletion === true));
  }

  /** The object was added or changed. */
  observe(resource: DiscoveredResource, obj: Readable): Consequences {
    const metadata: Metadata = obj.metadata;
    const { uid, name, ownerReferences: owners = [] } = metadata;
    const namespace = metadata.namespace ?? '';
    const known = this.#nodes.get(uid);
    const node = known ?? { uid, resource, namespace, name, owners: [], isBeingDeleted: false, deletesDependents: false, orphansDependents: false };
    const check = new Set<string>();
    this.#nodes.set(uid, node);
    if (!known || !sameOwners(node.owners, owners)) this.#relink(node, owners, check);
    this.#transition(node, obj, check);
    const misplaced = known ? [] : this.#misplacedAround(node, check);
    return { check: [...check], misplaced };
  }

  /** The object is gone. */
  remove(uid: string): Consequences {
    const node = this.#nodes.get(uid);
    if (!node) return { check: [], misplaced: [] };
    this.#nodes.delete(uid);
    for (const owner of node.owners) this.#unlink(node, owner.uid);
    const waiting = node.owners.filter((ref) => this.#nodes.get(ref.uid)?.deletesDependents === true);
    return { check: [...this.dependentsOf(uid).map((dependent) => dependent.uid), ...waiting.map((ref) => ref.uid)], misplaced: [] };
  }

  #relink(node: GraphNode, owners: readonly Owner[], check: Set<string>): void {
    const before = node.owners;
    node.owners = owners;
    for (const owner of before) if (!owners.some((ref) => ref.uid === owner.uid)) this.#unlink(node, owner.uid);
    for (const owner of owners) {
      let set = this.#dependents.get(owner.uid);
      if (!set) this.#dependents.set(owner.uid, (set = new Set()));
      set.add(node);
      if (!this.#nodes.has(owner.uid)) check.add(node.uid);
    }
    this.#checkUnblocked(before, owners, check);
  }

  /** Owners that wait for their dependents and may have one fewer now. */
  #checkUnblocked(before: readonly Owner[], after: readonly Owner[], check: Set<string>): void {
    for (const owner of before) {
      const still = after.find((ref) => ref.uid === owner.uid);
      if ((still === undefined || still.blockOwnerDeletion !== true) && this.#nodes.get(owner.uid)?.deletesDependents === true) check.add(owner.uid);
    }
  }

  #transition(node: GraphNode, obj: Readable, check: Set<string>): void {
    const { deletionTimestamp, finalizers = [] } = obj.metadata;
    if (deletionTimestamp === undefined) return;
    node.isBeingDeleted = true;
    const orphans = finalizers.includes(ORPHAN);
    const deletes = finalizers.includes(FOREGROUND);
    if (orphans && !node.orphansDependents) check.add(node.uid);
    if (deletes && !node.deletesDependents) for (const { uid } of [node, ...this.dependentsOf(node.uid)]) check.add(uid);
    node.orphansDependents = orphans;
    node.deletesDependents = deletes;
  }

  #misplacedAround(node: GraphNode, check: Set<string>): Consequences['misplaced'] {
    const found: { dependent: GraphNode; owner: Owner }[] = [];
    for (const dependent of this.dependentsOf(node.uid)) {
      const owner = dependent.owners.find((ref) => ref.uid === node.uid);
      if (owner && !matches(owner, dependent, node)) {
        check.add(dependent.uid);
        if (isElsewhere(dependent, node)) found.push({ dependent, owner });
      }
    }
    for (const owner of node.owners) {
      const ownerNode = this.#nodes.get(owner.uid);
      if (!ownerNode || matches(owner, node, ownerNode)) continue;
      check.add(node.uid);
      if (isElsewhere(node, ownerNode)) found.push({ dependent: node, owner });
    }
    return found;
  }

  #unlink(node: GraphNode, owner: string): void {
    const set = this.#dependents.get(owner);
    set?.delete(node);
    if (set?.size === 0) this.#dependents.delete(owner);
  }
}

function isElsewhere(dependent: GraphNode, owner: GraphNode): boolean {
  return owner.namespace !== '' && dependent.namespace !== owner.namespace;
}

/** Whether the reference's coordinates are those of the node that has its uid. */
export function matches(ref: Owner, dependent: GraphNode, owner: GraphNode): boolean {
  const slash = ref.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : ref.apiVersion.slice(0, slash);
  return ref.name === owner.name && ref.kind === owner.resource.kind && group === owner.resource.group && !isElsewhere(dependent, owner);
}
