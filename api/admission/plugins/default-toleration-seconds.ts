/** Pods stay five minutes on a node that is not ready or unreachable, unless they say otherwise. Behaves like upstream plugin/pkg/admission/defaulttolerationseconds. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { isPod } from '../pods.ts';

const SECONDS = 300;
const TAINTS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

export default {
  name: 'DefaultTolerationSeconds',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  init: () => ({
    admit(a) {
      if (!isPod(a) || a.subresource !== '' || !a.object) return;
      const spec = (a.object as unknown as core.Pod).spec;
      const given = spec.tolerations ?? [];
      const tolerates = (key: string): boolean => given.some((t) => (t.key === key || !t.key) && (t.effect === 'NoExecute' || !t.effect));
      const missing = TAINTS.filter((key) => !tolerates(key));
      if (missing.length === 0) return;
      spec.tolerations = [...given, ...missing.map((key) => ({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: SECONDS }))];
    },
  }),
} satisfies AdmissionPlugin;
