/** The objects of a namespace that plug-ins ask for at each write, and that seldom change. */
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { CachedReader } from '../../registry/generic/context.ts';

/** So many namespaces are remembered between two changes. */
const REMEMBERED = 10_000;

/** As `reader.list`: a namespace's list is made once between two changes of the resource. */
export function listsOf<T>(reader: CachedReader<T>): (namespace: string) => readonly DeepReadonly<T>[] {
  const known = new Map<string, readonly DeepReadonly<T>[]>();
  reader.onChange(() => known.clear());
  return (namespace) => {
    let list = known.get(namespace);
    if (list) return list;
    list = reader.list(namespace);
    if (known.size === REMEMBERED) known.clear();
    known.set(namespace, list);
    return list;
  };
}
