/** A pod learns the zone and region of its node when it is bound. Behaves like upstream plugin/pkg/admission/podtopologylabels. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { isPod } from '../pods.ts';

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

export default {
  name: 'PodTopologyLabels',
  handles: (operation) => operation === 'CREATE',
  init({ stores }) {
    const nodes = stores.cached(core.Node);
    return {
      admit(a) {
        if (!isPod(a) || !a.object) return;
        const nodeName = a.subresource === '' ? (a.object as unknown as core.Pod).spec.nodeName : a.subresource === 'binding' ? boundTo(a.object as unknown as core.Binding) : undefined;
        const labels = nodeName ? nodes.get({ namespace: '', name: nodeName })?.metadata.labels : undefined;
        if (!labels) return;
        for (const key of LABELS) {
          const value = labels[key];
          if (value !== undefined) a.object.metadata.labels = { ...a.object.metadata.labels, [key]: value };
        }
      },
    };
  },
} satisfies AdmissionPlugin;

function boundTo({ target }: core.Binding): string | undefined {
  return target.kind === 'Node' ? target.name : undefined;
}
