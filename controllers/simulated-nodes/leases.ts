/** Renews the leases of simulated nodes, spread evenly over the interval. */
import { isAlreadyExists, isConflict, isNotFound } from '../../apimachinery/errors.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import * as coordination from '../../apimachinery/types/coordination.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import { rfc3339Micro } from '../../component-base/clock.ts';
import type { ControllerContext } from '../framework/definition.ts';
import type { Node } from './node-stages.ts';

const NAMESPACE = 'kube-node-lease';
const DURATION_SECONDS = 40;
const INTERVAL_MS = 10_000;
/** The interval is cut into so many slots, each with its share of the nodes. */
const SLOTS = 20;

type Lease = DeepReadonly<coordination.Lease>;

export class NodeLeases {
  readonly #ctx: ControllerContext;
  readonly #holder: string;
  /** Node name → the lease as last written. */
  readonly #leases = new Map<string, Lease | undefined>();

  constructor(ctx: ControllerContext) {
    this.#ctx = ctx;
    this.#holder = `simulated-nodes-${ctx.rand.suffix(5)}`;
  }

  add(node: Node): void {
    if (this.#leases.has(node.metadata.name)) return;
    this.#leases.set(node.metadata.name, undefined);
    void this.#renew(node.metadata.name);
  }

  remove(name: string): void {
    this.#leases.delete(name);
  }

  /** Renews until the context's signal aborts. */
  async run(): Promise<void> {
    const { clock, signal, log } = this.#ctx;
    for (let slot = 0; !signal.aborted; slot = (slot + 1) % SLOTS) {
      try {
        await clock.sleep(INTERVAL_MS / SLOTS, signal);
      } catch (error) {
        if (signal.aborted) return;
        log.error('the clock failed', error);
      }
      const names = [...this.#leases.keys()].filter((_, i) => i % SLOTS === slot);
      await Promise.all(names.map((name) => this.#renew(name)));
    }
  }

  async #renew(name: string): Promise<void> {
    try {
      const lease = this.#leases.get(name) ?? (await this.#read(name));
      const written = lease ? await this.#update(lease) : await this.#create(name);
      if (written && this.#leases.has(name)) this.#leases.set(name, written);
    } catch (error) {
      if (isConflict(error) || isNotFound(error) || isAlreadyExists(error)) this.#forget(name);
      else if (!this.#ctx.signal.aborted) this.#ctx.log.warn('the lease of a simulated node was not renewed', { node: name, err: error instanceof Error ? error.message : String(error) });
    }
  }

  #forget(name: string): void {
    if (this.#leases.has(name)) this.#leases.set(name, undefined);
  }

  async #read(name: string): Promise<Lease | undefined> {
    try {
      return await this.#ctx.client.resource(coordination.Lease).get({ namespace: NAMESPACE, name });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  #spec() {
    return { holderIdentity: this.#holder, leaseDurationSeconds: DURATION_SECONDS, renewTime: rfc3339Micro(this.#ctx.now()) };
  }

  #update(lease: Lease): Promise<Lease> {
    return this.#ctx.client.resource(coordination.Lease).update({ ...lease, spec: { ...lease.spec, ...this.#spec() } });
  }

  async #create(name: string): Promise<Lease | undefined> {
    const node = this.#ctx.lister(core.Node).get({ namespace: '', name });
    if (!node) return undefined;
    const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid: node.metadata.uid }];
    return this.#ctx.client.resource(coordination.Lease).create({ metadata: { namespace: NAMESPACE, name, ownerReferences }, spec: this.#spec() });
  }
}
