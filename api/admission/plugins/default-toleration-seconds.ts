/** Pods stay five minutes on a node that is not ready or unreachable, unless they say otherwise. Behaves like upstream plugin/pkg/admission/defaulttolerationseconds. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { isPodItself } from '../pods.ts';

const SECONDS = 300;
const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

export default {
  name: 'DefaultTolerationSeconds',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  concerns: isPodItself,
  init: () => ({
    admit(a) {
      if (!a.object) return;
      const { spec } = a.object as unknown as core.Pod;
      for (const key of TAINTS) if (!tolerates(spec.tolerations, key)) spec.tolerations = [...(spec.tolerations ?? []), { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }];
    },
  }),
} satisfies AdmissionPlugin;

function tolerates(tolerations: readonly core.Toleration[] | null | undefined, key: string): boolean {
  for (const t of tolerations ?? []) if ((t.key === key || !t.key) && (t.effect === 'NoExecute' || !t.effect)) return true;
  return false;
}
