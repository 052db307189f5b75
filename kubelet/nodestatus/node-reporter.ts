/** Registers the node, reports its status when it changes and every five minutes, and renews its lease. Behaves like upstream pkg/kubelet/kubelet_node_status.go and component-helpers/apimachinery/lease. */
import { isAlreadyExists, isNotFound } from '../../apimachinery/errors.ts';
import * as coordination from '../../apimachinery/types/coordination.gen.ts';
import * as core from '../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { Client } from '../../client/interface.ts';
import { rfc3339Micro, type Clock } from '../../component-base/clock.ts';
import type { Log } from '../../component-base/log.ts';
import type { Rand } from '../../component-base/rand.ts';
import { isEqual } from '../container/equality.ts';
import { initialNode, nodeLabels, nodeStatus, type NodeInput } from './node.ts';

export interface NodeReporterOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly rand: Rand;
  readonly log: Log;
  readonly nodeName: string;
  readonly signal: AbortSignal;
  input(): Promise<NodeInput>;
  /** The node as the API has it now. */
  onNode(node: DeepReadonly<core.Node>): void;
  event(type: 'Normal' | 'Warning', reason: string, message: string): void;
}

const CHECK_MS = 10_000;
const REPORT_MS = 5 * 60_000;
const LEASE_SECONDS = 40;
const LEASE_MS = 10_000;
const RETRY_MS = 200;
const MAX_RETRY_MS = 7000;
const LEASE_NAMESPACE = 'kube-node-lease';

export class NodeReporter {
  readonly #options: NodeReporterOptions;
  #lastReport = 0;
  #last: core.NodeStatus | undefined;
  #lease: DeepReadonly<coordination.Lease> | undefined;

  constructor(options: NodeReporterOptions) {
    this.#options = options;
  }

  /** Resolves when the node is in the API with a first status. */
  async register(): Promise<void> {
    for (let pause = RETRY_MS; ; pause = Math.min(MAX_RETRY_MS, pause * 2)) {
      try {
        await this.#registerOnce();
        return;
      } catch (error) {
        this.#options.signal.throwIfAborted();
        this.#options.log.warn('unable to register node with API server', { why: error instanceof Error ? error.message : String(error) });
        await this.#options.clock.sleep(pause, this.#options.signal);
      }
    }
  }

  /** Keeps status and lease fresh until the signal. */
  run(): void {
    const { clock, signal, rand } = this.#options;
    const status = clock.every(CHECK_MS, () => void this.#guard('status', () => this.reportStatus()));
    const lease = clock.every(LEASE_MS + rand.int(400), () => void this.#guard('lease', () => this.#renewLease()));
    signal.addEventListener('abort', () => [status, lease].forEach((t) => t.stop()), { once: true });
    void this.#guard('lease', () => this.#renewLease());
  }

  /** Sends the status when it changed, or when the last report is old. */
  async reportStatus(): Promise<void> {
    const { client, clock, nodeName, signal } = this.#options;
    const input = await this.#options.input();
    const now = clock.now();
    const next = nodeStatus(input, this.#last);
    if (this.#last && now - this.#lastReport < REPORT_MS && isEqual(withoutHeartbeats(this.#last), withoutHeartbeats(next))) return;
    const server = await this.#getOrRegister(nodeName);
    if (!server) return;
    const status = nodeStatus(input, server.status);
    const node = await client.resource(core.Node).subresource('status').patch({ namespace: '', name: nodeName }, { type: 'strategic', body: { status } }, { signal });
    this.#sent(status, now);
    this.#options.onNode(node as DeepReadonly<core.Node>);
  }

  /** A node that somebody deleted is registered again. */
  async #getOrRegister(name: string): Promise<DeepReadonly<core.Node> | undefined> {
    try {
      return await this.#options.client.resource(core.Node).get({ namespace: '', name }, { signal: this.#options.signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.#registerOnce();
      return undefined;
    }
  }

  #sent(status: core.NodeStatus, now: number): void {
    for (const condition of status.conditions ?? []) {
      const old = this.#last?.conditions?.find((c) => c.type === condition.type);
      if (old?.status === condition.status) continue;
      const reason = eventReason(condition);
      if (reason !== undefined) this.#options.event('Normal', reason, `Node ${this.#options.nodeName} status is now: ${reason}`);
    }
    this.#last = status;
    this.#lastReport = now;
  }

  async #registerOnce(): Promise<void> {
    const { client, clock, nodeName, signal } = this.#options;
    const input = await this.#options.input();
    const node = initialNode(input);
    const nodes = client.resource(core.Node);
    try {
      const made = await nodes.create(node, { signal });
      this.#sent(node.status, clock.now());
      this.#options.onNode(made);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const key = { namespace: '', name: nodeName };
      const { annotations } = node.metadata;
      const known = await nodes.patch(key, { type: 'strategic', body: { metadata: { labels: nodeLabels(input), annotations } } }, { signal });
      const status = nodeStatus(input, known.status);
      const patched = await nodes.subresource('status').patch(key, { type: 'strategic', body: { status } }, { signal });
      this.#sent(status, clock.now());
      this.#options.onNode(patched as DeepReadonly<core.Node>);
    }
  }

  async #renewLease(): Promise<void> {
    const { client, clock, nodeName, signal } = this.#options;
    const leases = client.resource(coordination.Lease);
    const renewTime = rfc3339Micro(clock.now());
    if (!this.#lease) this.#lease = await this.#ensureLease(renewTime);
    else {
      const next = structuredClone(this.#lease) as coordination.Lease;
      this.#lease = undefined;
      this.#lease = await leases.update({ ...next, spec: { ...next.spec, holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime } }, { signal });
    }
  }

  async #ensureLease(renewTime: string): Promise<DeepReadonly<coordination.Lease>> {
    const { client, nodeName, signal } = this.#options;
    const leases = client.resource(coordination.Lease);
    try {
      const known = await leases.get({ namespace: LEASE_NAMESPACE, name: nodeName }, { signal });
      const next = structuredClone(known) as coordination.Lease;
      return await leases.update({ ...next, spec: { ...next.spec, holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime } }, { signal });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    const node = await client.resource(core.Node).get({ namespace: '', name: nodeName }, { signal });
    const metadata = { name: nodeName, namespace: LEASE_NAMESPACE, ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid: node.metadata.uid }] };
    return leases.create({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata, spec: { holderIdentity: nodeName, leaseDurationSeconds: LEASE_SECONDS, renewTime } }, { signal });
  }

  async #guard(what: string, run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!this.#options.signal.aborted) this.#options.log.warn(`failed to update node ${what}`, { why: error instanceof Error ? error.message : String(error) });
    }
  }
}

const withoutHeartbeats = (status: core.NodeStatus): unknown => ({ ...status, conditions: status.conditions?.map((c) => ({ ...c, lastHeartbeatTime: null })) });

function eventReason({ type, status }: core.NodeCondition): string | undefined {
  const good: Record<string, string> = { MemoryPressure: 'NodeHasSufficientMemory', DiskPressure: 'NodeHasNoDiskPressure', PIDPressure: 'NodeHasSufficientPID', Ready: 'NodeNotReady' };
  const bad: Record<string, string> = { MemoryPressure: 'NodeHasInsufficientMemory', DiskPressure: 'NodeHasDiskPressure', PIDPressure: 'NodeHasInsufficientPID', Ready: 'NodeReady' };
  return status === 'True' ? bad[type] : status === 'False' ? good[type] : undefined;
}
