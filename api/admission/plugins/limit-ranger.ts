/** Applies a namespace's limit ranges to pods and claims. Behaves like upstream plugin/pkg/admission/limitranger. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin, Attributes, Target } from '../interface.ts';
import { listsOf } from '../by-namespace.ts';
import { claimMistakes, podMistakes, setDefaults } from '../limits.ts';

const NONE: readonly never[] = [];

export default {
  name: 'LimitRanger',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  concerns,
  init({ stores }) {
    const rangesIn = listsOf(stores.cached(core.LimitRange));
    const rangesFor = (a: Attributes): readonly DeepReadonly<core.LimitRange>[] => (a.object && !a.oldObject?.metadata.deletionTimestamp ? rangesIn(a.namespace) : NONE);
    return {
      admit(a) {
        if (a.kind.kind === 'Pod') for (const range of rangesFor(a)) setDefaults(range, a.object as unknown as core.Pod);
      },
      validate(a) {
        for (const range of rangesFor(a)) {
          const texts = a.kind.kind === 'Pod' ? podMistakes(range, a.object as unknown as core.Pod) : claimMistakes(range, a.object as unknown as core.PersistentVolumeClaim);
          const distinct = [...new Set(texts)];
          if (distinct.length > 0) throw forbidden(a, distinct.length === 1 ? (distinct[0] ?? '') : `[${distinct.join(', ')}]`);
        }
      },
    };
  },
} satisfies AdmissionPlugin;

/** Resources of a pod change by its resize alone. */
function concerns({ kind, subresource, operation }: Target): boolean {
  if (kind.group !== '') return false;
  if (kind.kind === 'Pod') return subresource === 'resize' ? operation === 'UPDATE' : subresource === '' && operation === 'CREATE';
  return kind.kind === 'PersistentVolumeClaim' && subresource === '';
}
