/** When the change happened that endpoints follow: an annotation tells it to those who measure how long that takes. Behaves like upstream k8s.io/endpointslice/util/trigger_time_tracker.go. */
import { keyOf, keyText } from '../../apimachinery/meta.ts';
import type { Pod } from '../pods/conditions.ts';
import type { Service } from './service-pods.ts';

export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

interface Seen {
  readonly service: string;
  /** By pod, when it last became ready or ceased to be. */
  readonly pods: ReadonlyMap<string, string>;
}

const readyTime = (pod: Pod): string => pod.status.conditions?.find((c) => c.type === 'Ready')?.lastTransitionTime ?? '';

/** What each service's endpoints have followed so far. Times are RFC 3339 in seconds, so that texts compare. */
export class TriggerTimes {
  readonly #seen = new Map<string, Seen>();

  /** Of what changed since the last call, the earliest time; of a service met for the first time, its creation. undefined: nothing changed. */
  next(service: Service, pods: readonly Pod[]): string | undefined {
    const key = keyText(keyOf(service));
    const before = this.#seen.get(key);
    const created = service.metadata.creationTimestamp ?? '';
    const times = new Map(pods.map((pod) => [pod.metadata.name, readyTime(pod)]).filter(([, time]) => time !== '') as [string, string][]);
    this.#seen.set(key, { service: created, pods: times });
    if (!before) return created;
    const changed = [...times].filter(([name, time]) => time > (before.pods.get(name) ?? '')).map(([, time]) => time);
    return [...changed, ...(created > before.service ? [created] : [])].sort()[0];
  }

  forget(key: string): void {
    this.#seen.delete(key);
  }
}

/** The annotation stands or goes with the time. */
export function withTriggerTime(annotations: Readonly<Record<string, string>> | undefined, time: string | undefined): Record<string, string> {
  const { [TRIGGER_TIME]: _, ...rest } = annotations ?? {};
  return time === undefined ? rest : { ...rest, [TRIGGER_TIME]: time };
}
