/** A pod that asks for an extended resource tolerates the taint of its name. Behaves like upstream plugin/pkg/admission/extendedresourcetoleration. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { isPodItself } from '../pods.ts';
import { addOrUpdateToleration } from '../tolerations.ts';

export default {
  name: 'ExtendedResourceToleration',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  concerns: isPodItself,
  init: () => ({
    admit(a) {
      if (!a.object) return;
      const { spec } = a.object as unknown as core.Pod;
      const asked = [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap((c) => Object.keys(c.resources?.requests ?? {}).filter(isExtended));
      for (const key of [...new Set(asked)].sort()) spec.tolerations = addOrUpdateToleration(spec.tolerations ?? [], { key, operator: 'Exists', effect: 'NoSchedule' });
    },
  }),
} satisfies AdmissionPlugin;

/** A domain of its own, and nothing that is asked for by `requests.`. */
function isExtended(name: string): boolean {
  const [domain = '', rest] = name.split('/');
  return rest !== undefined && domain !== 'kubernetes.io' && !domain.endsWith('.kubernetes.io') && !name.startsWith('requests.');
}
