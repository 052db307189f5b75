/** Hard anti-affinity only between nodes. Behaves like upstream plugin/pkg/admission/antiaffinity. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { isPodItself } from '../pods.ts';

const HOSTNAME = 'kubernetes.io/hostname';

export default {
  name: 'LimitPodHardAntiAffinityTopology',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  concerns: isPodItself,
  init: () => ({
    validate(a) {
      if (!a.object) return;
      const terms = (a.object as unknown as DeepReadonly<core.Pod>).spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
      const other = terms.find((t) => t.topologyKey !== HOSTNAME);
      if (other) {
        throw forbidden(a, `affinity.PodAntiAffinity.RequiredDuringScheduling has TopologyKey ${other.topologyKey} but only key ${HOSTNAME} is allowed`);
      }
    },
  }),
} satisfies AdmissionPlugin;
