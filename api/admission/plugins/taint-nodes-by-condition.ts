/** A new node is tainted not-ready until it reports. Behaves like upstream plugin/pkg/admission/nodetaint. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import type { AdmissionPlugin } from '../interface.ts';

const KEY = 'node.kubernetes.io/not-ready';
const EFFECT = 'NoSchedule';

export default {
  name: 'TaintNodesByCondition',
  handles: (operation) => operation === 'CREATE',
  concerns: ({ resource, subresource }) => resource.group === '' && resource.resource === 'nodes' && subresource === '',
  init: () => ({
    admit(a) {
      if (!a.object) return;
      const node = a.object as unknown as core.Node;
      node.spec ??= {};
      const taints = node.spec.taints ?? [];
      if (!taints.some((t) => t.key === KEY && t.effect === EFFECT)) node.spec.taints = [...taints, { key: KEY, effect: EFFECT }];
    },
  }),
} satisfies AdmissionPlugin;
