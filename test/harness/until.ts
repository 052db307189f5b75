/** Waiting for a state by watching for it: never by time. */
import type { ApiObject } from '../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { ResourceClient } from '../../client/interface.ts';

/** Resolves with the object once `holds` is true of it (undefined: it does not exist). The test's own time-out ends the wait. */
export async function until<T extends ApiObject>(
  resource: ResourceClient<T>,
  namespace: string,
  name: string,
  holds: (obj: DeepReadonly<T> | undefined) => boolean,
): Promise<DeepReadonly<T> | undefined> {
  const { items, resourceVersion } = await resource.list({ namespace, fieldSelector: `metadata.name=${name}` });
  if (holds(items[0])) return items[0];
  const stop = new AbortController();
  try {
    for await (const batch of resource.watch({ namespace, fieldSelector: `metadata.name=${name}`, resourceVersion, signal: stop.signal })) {
      for (const event of batch) {
        const now = event.type === 'DELETED' ? undefined : event.object;
        if (holds(now)) return now;
      }
    }
  } finally {
    stop.abort();
  }
  return until(resource, namespace, name, holds);
}

