/** What the server says of itself: the share of time that its event loop was held up longer than a bucket's bound. Upstream has no such histogram. */
import type { Wire } from './wire.ts';

/** Bound in seconds and how many probes were no longer. */
export type Buckets = ReadonlyMap<number, number>;

export async function eventLoopBuckets(wire: Wire): Promise<Buckets> {
  const { text } = await wire.fetch('/metrics');
  const lines = text.matchAll(/^k8ts_event_loop_delay_seconds_bucket\{le="([^"]+)"\} (\d+)/gm);
  return new Map([...lines].map(([, bound, count]) => [bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), Number(count)]));
}

/** The least bound in ms under which the share of the probes in between was; undefined: none were made. */
export function percentileMs(before: Buckets, after: Buckets, share: number): number | undefined {
  const of = (bound: number): number => (after.get(bound) ?? 0) - (before.get(bound) ?? 0);
  const all = of(Number.POSITIVE_INFINITY);
  if (all === 0) return undefined;
  const bound = [...after.keys()].sort((a, b) => a - b).find((b) => of(b) >= all * share);
  return (bound ?? Number.POSITIVE_INFINITY) * 1000;
}
