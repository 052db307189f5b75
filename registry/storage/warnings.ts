/** Deprecated node labels in topologies. Behaves like upstream pkg/api/storage/util.go. */
import type { StorageClass } from '../../apimachinery/types/storage.gen.ts';
import { deprecatedLabel } from '../core/warnings/node-labels.ts';

export function storageClassWarnings(sc: StorageClass): readonly string[] {
  return (sc.allowedTopologies ?? []).flatMap((t, i) =>
    (t.matchLabelExpressions ?? []).flatMap((e, j) => {
      const text = deprecatedLabel(e.key);
      return text ? [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${text}`] : [];
    }),
  );
}
