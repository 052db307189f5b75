/** When a node last showed that it lives, by our own clock: node clocks may be wrong. Pure except for the map. */
import type * as core from '../../apimachinery/types/core.gen.ts';
import type { Draft } from '../../apimachinery/types/type.ts';
import { rfc3339 } from '../../component-base/clock.ts';
import type { Node } from './taints.ts';

interface Seen {
  /** Milliseconds. */
  at: number;
  heartbeat: string | undefined;
}

export class NodeHealth {
  readonly #seen = new Map<string, Seen>();

  /** The node renewed its lease. */
  renewed(name: string, now: number): void {
    const seen = this.#seen.get(name);
    if (seen) seen.at = now;
  }

  forget(name: string): boolean {
    return this.#seen.delete(name);
  }

  has(name: string): boolean {
    return this.#seen.has(name);
  }

  /** When the node was last heard of. A node seen for the first time without any status counts from its creation. */
  lastSeen(node: Node, now: number): number {
    const { name, creationTimestamp } = node.metadata;
    const ready = node.status?.conditions?.find((c) => c.type === 'Ready');
    const heartbeat = ready?.lastHeartbeatTime ?? undefined;
    const seen = this.#seen.get(name);
    if (!seen) this.#seen.set(name, { at: ready ? now : Date.parse(creationTimestamp), heartbeat });
    else if (heartbeat !== undefined && heartbeat !== seen.heartbeat) {
      seen.at = now;
      seen.heartbeat = heartbeat;
    }
    return this.#seen.get(name)?.at ?? now;
  }
}

const KUBELET_CONDITIONS = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'];

/** The conditions of a node that is silent; undefined when they say so already. */
export function silentConditions(node: Node, now: number): Draft<core.NodeCondition>[] | undefined {
  const before = node.status?.conditions ?? [];
  const time = rfc3339(now);
  const known = before.map((c) =>
    KUBELET_CONDITIONS.includes(c.type) && c.status !== 'Unknown' ? { ...c, status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.', lastTransitionTime: time } : c,
  );
  const missing = KUBELET_CONDITIONS.filter((type) => !before.some((c) => c.type === type)).map((type) => ({
    type,
    status: 'Unknown',
    reason: 'NodeStatusNeverUpdated',
    message: 'Kubelet never posted node status.',
    lastHeartbeatTime: node.metadata.creationTimestamp,
    lastTransitionTime: time,
  }));
  const isSame = missing.length === 0 && known.every((c, i) => c === before[i]);
  return isSame ? undefined : [...known, ...missing];
}
