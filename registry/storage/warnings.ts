/** Deprecated node labels in topologies. Behaves like upstream pkg/api/storage/util.go. */
import type { CSIStorageCapacity, StorageClass } from '../../apimachinery/types/storage.gen.ts';
import { deprecatedLabel } from '../core/warnings/node-labels.ts';

export function storageClassWarnings(sc: StorageClass): readonly string[] {
  return (sc.allowedTopologies ?? []).flatMap((t, i) =>
    (t.matchLabelExpressions ?? []).flatMap((e, j) => {
      const text = deprecatedLabel(e.key);
      return text ? [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${text}`] : [];
    }),
  );
}

export function csiStorageCapacityWarnings({ nodeTopology }: CSIStorageCapacity): readonly string[] {
  const told = (key: string, tell: (text: string) => string): readonly string[] => {
    const text = deprecatedLabel(key);
    return text ? [tell(text)] : [];
  };
  return [
    ...(nodeTopology?.matchExpressions ?? []).flatMap(({ key }, i) => told(key, (text) => `nodeTopology.matchExpressions[${i}].key: ${key} is ${text}`)),
    ...Object.keys(nodeTopology?.matchLabels ?? {}).flatMap((key) => told(key, (text) => `nodeTopology.matchLabels.${key}: ${text}`)),
  ];
}
