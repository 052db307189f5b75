/** Bounds how many events are written, by server, namespace, user or source and object. Behaves like upstream plugin/pkg/admission/eventratelimit. */
import { newTooManyRequests } from '../../../apimachinery/errors.ts';
import type { Clock } from '../../../component-base/clock.ts';
import type { AdmissionPlugin, Attributes } from '../interface.ts';

interface Limit {
  readonly type: 'Server' | 'Namespace' | 'User' | 'SourceAndObject';
  readonly qps: number;
  readonly burst: number;
  readonly cacheSize?: number;
}

const CACHE_SIZE = 4096;

export default {
  name: 'EventRateLimit',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  concerns: ({ kind }) => kind.kind === 'Event' && (kind.group === '' || kind.group === 'events.k8s.io'),
  init({ clock, configuration }) {
    const limits = ((configuration('EventRateLimit') as { limits?: readonly Limit[] } | undefined)?.limits ?? []).map((limit) => newBuckets(limit, clock));
    return {
      validate(a) {
        if (a.dryRun) return;
        if (!limits.every((take) => take(a))) throw newTooManyRequests('limit reached on type Event', 0);
      },
    };
  },
} satisfies AdmissionPlugin;

interface Bucket {
  tokens: number;
  at: number;
}

/** A token bucket per key; the oldest is forgotten first. */
function newBuckets({ type, qps, burst, cacheSize = CACHE_SIZE }: Limit, clock: Clock): (a: Attributes) => boolean {
  const buckets = new Map<string, Bucket>();
  return (a) => {
    const key = keyOf(type, a);
    const now = clock.monotonic();
    const bucket = buckets.get(key) ?? { tokens: burst, at: now };
    buckets.delete(key);
    if (buckets.size >= cacheSize) buckets.delete(buckets.keys().next().value ?? '');
    buckets.set(key, bucket);
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1000) * qps);
    bucket.at = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  };
}

function keyOf(type: Limit['type'], a: Attributes): string {
  if (type === 'Namespace') return a.namespace;
  if (type === 'User') return a.user.name;
  if (type === 'Server') return '';
  const { source, involvedObject } = (a.object ?? {}) as { source?: unknown; involvedObject?: unknown };
  return JSON.stringify([source, involvedObject]);
}
