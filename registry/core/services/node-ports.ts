/** Takes node ports for services. Behaves like upstream pkg/registry/core/service/storage/alloc.go and portallocator. */
import { newInternalError, newInvalid, StatusError } from '../../../apimachinery/errors.ts';
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { invalid, Path } from '../../../apimachinery/validation/field.ts';
import type { RequestContext, Stores } from '../../generic/context.ts';
import { nodePortRange } from './ranges.ts';

type Spec = core.ServiceSpec;
type Service = DeepReadonly<core.Service>;

/** Taken by requests that are not written yet; per server. */
const pending = new WeakMap<Stores, Set<number>>();

export const needsNodePort = ({ type }: { readonly type?: string }): boolean => type === 'NodePort' || type === 'LoadBalancer';
export const needsHealthCheckPort = (spec: DeepReadonly<Spec>): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local';

/** All ports a service holds on nodes. */
export function nodePortsOf(svc: Service | undefined): readonly number[] {
  if (!svc) return [];
  const health = needsHealthCheckPort(svc.spec) && svc.spec.healthCheckNodePort ? [svc.spec.healthCheckNodePort] : [];
  return [...(svc.spec.ports ?? []).map((p) => p.nodePort ?? 0).filter((p) => p > 0), ...health];
}

/** One request's allocation: what it takes stays reserved until it ends. */
class Allocation {
  readonly #ctx: RequestContext;
  readonly #used: Set<number>;
  readonly #pending: Set<number>;
  readonly #taken = new Set<number>();

  constructor(ctx: RequestContext, self: Service | undefined) {
    this.#ctx = ctx;
    const others = ctx.stores
      .cached(core.Service)
      .list()
      .filter((s) => s.metadata.uid !== self?.metadata.uid);
    this.#used = new Set(others.flatMap(nodePortsOf));
    let held = pending.get(ctx.stores);
    if (!held) pending.set(ctx.stores, (held = new Set()));
    this.#pending = held;
  }

  isFree(port: number): boolean {
    return !this.#used.has(port) && !this.#pending.has(port);
  }

  /** Returns why not. A dry run does not ask for the range. */
  take(port: number): string | undefined {
    const { first, last } = nodePortRange(this.#ctx);
    if (!this.#ctx.dryRun && (port < first || port > last)) return `provided port is not in the valid range. The range of valid ports is ${first}-${last}`;
    if (!this.isFree(port) && !this.#taken.has(port)) return 'provided port is already allocated';
    if (this.#taken.has(port)) return 'provided port is already allocated';
    this.#taken.add(port);
    if (!this.#ctx.dryRun) this.#pending.add(port);
    return undefined;
  }

  /** The upper part of the range first: the lower is for those who choose. */
  takeNext(): number {
    if (this.#ctx.dryRun) return this.#madeUp();
    const { first, last } = nodePortRange(this.#ctx);
    const size = last - first + 1;
    const offset = Math.min(Math.max(16, Math.floor(size / 32)), 128, size);
    const port = this.#search(first + offset, last) ?? this.#search(first, first + offset - 1);
    if (port === undefined) throw newInternalError('failed to allocate a nodePort: range is full');
    this.take(port);
    return port;
  }

  /** What a dry run answers: above what it took, above the range at first. */
  #madeUp(): number {
    const port = Math.max(...(this.#taken.size > 0 ? this.#taken : [32768])) + 1;
    this.#taken.add(port);
    return port;
  }

  #search(from: number, to: number): number | undefined {
    const count = to - from + 1;
    if (count <= 0) return undefined;
    const start = this.#ctx.rand.int(count);
    for (let i = 0; i < count; i++) {
      const port = from + ((start + i) % count);
      if (this.isFree(port) && !this.#taken.has(port)) return port;
    }
    return undefined;
  }

  end(): void {
    if (!this.#ctx.dryRun) for (const port of this.#taken) this.#pending.delete(port);
  }
}

export const allocatesNodePorts = (spec: Spec): boolean =>
  spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);

/** Fills node ports in. Returns what ends the reservation; throws Invalid. */
export function allocateNodePorts(svc: core.Service, old: core.Service | undefined, ctx: RequestContext): () => void {
  const allocation = new Allocation(ctx, old);
  try {
    if (needsNodePort(svc.spec) && old) changedPorts(svc, old, allocation);
    if (needsNodePort(svc.spec) && !old) firstPorts(svc, allocation);
    if (needsHealthCheckPort(svc.spec) && !(old && needsHealthCheckPort(old.spec))) allocateHealthCheck(svc, allocation);
  } catch (error) {
    allocation.end();
    throw error;
  }
  return () => allocation.end();
}

function takeAt(i: number, port: number, svc: core.Service, allocation: Allocation): void {
  const problem = allocation.take(port);
  if (problem)
    throw newInvalid('', 'Service', svc.metadata.name ?? '', [invalid(Path.of('spec', 'ports').index(i).child('nodePort'), port, problem)]);
}

/** Entries with the same port (of several protocols) share a node port. */
function firstPorts(svc: core.Service, allocation: Allocation): void {
  const byPort = new Map<number, number>();
  const ports = svc.spec.ports ?? [];
  for (const [i, port] of ports.entries()) {
    if (!port.nodePort && !allocatesNodePorts(svc.spec)) continue;
    const shared = byPort.get(port.port);
    const wanted = shared === undefined ? ports.find((p) => p.port === port.port && p.nodePort)?.nodePort : port.nodePort;
    if (wanted && wanted !== shared) takeAt(i, wanted, svc, allocation);
    port.nodePort = wanted || (shared ?? allocation.takeNext());
    if (shared === undefined) byPort.set(port.port, port.nodePort);
  }
}

/** What the service holds already is not taken again. */
function changedPorts(svc: core.Service, old: core.Service, allocation: Allocation): void {
  const held = new Set((old.spec.ports ?? []).map((p) => p.nodePort ?? 0));
  const seen = new Set<string>();
  for (const [i, port] of (svc.spec.ports ?? []).entries()) {
    if (!port.nodePort && !allocatesNodePorts(svc.spec)) continue;
    if (port.nodePort && !held.has(port.nodePort)) takeAt(i, port.nodePort, svc, allocation);
    port.nodePort ||= allocation.takeNext();
    held.add(port.nodePort);
    const key = `{${port.protocol ?? ''} ${port.nodePort}}`;
    if (seen.has(key)) throw new StatusError(500, '', `duplicate nodePort: ${key}`);
    seen.add(key);
  }
}

function allocateHealthCheck(svc: core.Service, allocation: Allocation): void {
  const wanted = svc.spec.healthCheckNodePort;
  const problem = wanted ? allocation.take(wanted) : undefined;
  if (problem) throw newInternalError(`failed to allocate requested HealthCheck NodePort ${wanted}: ${problem}`);
  svc.spec.healthCheckNodePort = wanted || allocation.takeNext();
}
