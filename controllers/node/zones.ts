/** How fast nodes of a zone may be tainted: a zone that is down as a whole is no reason to move its pods. Behaves like upstream pkg/controller/nodelifecycle handleDisruption. */
import { TokenBucket } from '../../client/workqueue/rate-limiter.ts';
import type { Clock } from '../../component-base/clock.ts';
import { readyStatus, type Node } from './taints.ts';

export type ZoneState = 'Normal' | 'PartialDisruption' | 'FullDisruption';

const UNHEALTHY_THRESHOLD = 0.55;
const LARGE_CLUSTER = 50;
const SECONDARY_RATE = 0.01;

export function zoneOf(node: Node): string {
  const labels = node.metadata.labels ?? {};
  return `${labels['topology.kubernetes.io/region'] ?? ''}:${labels['topology.kubernetes.io/zone'] ?? ''}`;
}

export function zoneState(nodes: readonly Node[]): ZoneState {
  const ready = nodes.filter((node) => readyStatus(node) === 'True').length;
  const notReady = nodes.length - ready;
  if (ready === 0 && notReady > 0) return 'FullDisruption';
  return notReady > 2 && notReady / (notReady + ready) >= UNHEALTHY_THRESHOLD ? 'PartialDisruption' : 'Normal';
}

/** Nodes a second that may be tainted in `zone`; 0: none. */
export function taintingRate(nodes: readonly Node[], zone: string, rate: number): number {
  const counted = nodes.filter((node) => node.metadata.labels?.['node.kubernetes.io/exclude-disruption'] === undefined);
  const zones = new Map<string, Node[]>();
  for (const node of counted) zones.set(zoneOf(node), [...(zones.get(zoneOf(node)) ?? []), node]);
  if ([...zones.values()].every((members) => zoneState(members) === 'FullDisruption')) return 0;
  if (zoneState(zones.get(zone) ?? []) !== 'PartialDisruption') return rate;
  return (zones.get(zone) ?? []).length > LARGE_CLUSTER ? SECONDARY_RATE : 0;
}

export class ZoneLimiter {
  readonly #clock: Clock;
  readonly #buckets = new Map<string, { rate: number; bucket: TokenBucket }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether one more node of `zone` may be tainted now. */
  tryAccept(zone: string, rate: number): boolean {
    if (rate === 0) return false;
    let entry = this.#buckets.get(zone);
    if (entry?.rate !== rate) this.#buckets.set(zone, (entry = { rate, bucket: new TokenBucket(rate, 1, this.#clock) }));
    return entry.bucket.tryAccept();
  }
}
