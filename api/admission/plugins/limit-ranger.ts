/** Applies a namespace's limit ranges to pods and claims. Behaves like upstream plugin/pkg/admission/limitranger. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin, Attributes } from '../interface.ts';
import { claimMistakes, podMistakes, setDefaults } from '../limits.ts';

export default {
  name: 'LimitRanger',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  init({ stores }) {
    const cached = stores.cached(core.LimitRange);
    const rangesFor = (a: Attributes): readonly DeepReadonly<core.LimitRange>[] => (concerns(a) && !a.oldObject?.metadata.deletionTimestamp ? cached.list(a.namespace) : []);
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
function concerns({ kind, subresource, operation, object }: Attributes): boolean {
  if (kind.group !== '' || !object) return false;
  if (kind.kind === 'Pod') return subresource === 'resize' ? operation === 'UPDATE' : subresource === '' && operation === 'CREATE';
  return kind.kind === 'PersistentVolumeClaim' && subresource === '';
}
