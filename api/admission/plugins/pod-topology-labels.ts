/** A pod learns the zone and region of its node when it is bound. Behaves like upstream plugin/pkg/admission/podtopologylabels. */
import * as core from '../../../apimachinery/types/core.gen.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { isPod } from '../pods.ts';

const LABELS = ['topology.kubernetes.io/zone', 'topology.kubernetes.io/region'];

export default {
  name: 'PodTopologyLabels',
  handles: (operation) => operation === 'CREATE',
  concerns: (target) => isPod(target) && (target.subresource === '' || target.subresource === 'binding'),
  init({ stores }) {
    const nodes = stores.cached(core.Node);
    return {
      admit(a) {
        if (!a.object) return;
        const nodeName = a.subresource === '' ? (a.object as unknown as core.Pod).spec.nodeName : boundTo(a.object as unknown as core.Binding);
        const labels = nodeName ? nodes.get({ namespace: '', name: nodeName })?.metadata.labels : undefined;
        if (!labels) return;
        for (const key of LABELS) {
          const value = labels[key];
          // Not by `...`: each object that is made so, and changed or frozen, has a shape of its own.
          if (value !== undefined) a.object.metadata.labels = Object.assign({}, a.object.metadata.labels, { [key]: value });
        }
      },
    };
  },
} satisfies AdmissionPlugin;

function boundTo({ target }: core.Binding): string | undefined {
  return target.kind === 'Node' ? target.name : undefined;
}
