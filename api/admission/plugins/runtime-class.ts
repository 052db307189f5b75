/** A pod's runtime class gives it overhead, node selector and tolerations. Behaves like upstream plugin/pkg/admission/runtimeclass. */
import { semanticDeepEqual } from '../../../apimachinery/equality.ts';
import type * as core from '../../../apimachinery/types/core.gen.ts';
import * as node from '../../../apimachinery/types/node.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { wasGivenEmpty } from '../../../apimachinery/schema/emptied.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin, Attributes } from '../interface.ts';
import { isPod } from '../pods.ts';
import { checkResourceName } from '../resource-name.ts';
import { mergeTolerations } from '../tolerations.ts';

type RuntimeClass = DeepReadonly<node.RuntimeClass>;

export default {
  name: 'RuntimeClass',
  handles: (operation) => operation === 'CREATE',
  init({ stores }) {
    const cached = stores.cached(node.RuntimeClass);
    const classOf = async (a: Attributes, spec: DeepReadonly<core.PodSpec>): Promise<RuntimeClass | undefined> => {
      const name = spec.runtimeClassName;
      if (name === undefined || name === null) return undefined;
      const key = { namespace: '', name };
      const known = cached.get(key);
      if (known) return known;
      checkResourceName(name);
      const found = await stores.of(node.RuntimeClass).get(key);
      if (!found) throw forbidden(a, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
      return found;
    };
    return {
      async admit(a) {
        if (!isPod(a) || a.subresource !== '' || !a.object) return;
        const { spec } = a.object as unknown as core.Pod;
        const runtimeClass = await classOf(a, spec);
        if (runtimeClass?.overhead) setOverhead(a, spec, runtimeClass.overhead);
        if (runtimeClass?.scheduling) setScheduling(a, spec, runtimeClass.scheduling);
      },
      async validate(a) {
        if (!isPod(a) || a.subresource !== '' || !a.object) return;
        const { spec } = a.object as unknown as DeepReadonly<core.Pod>;
        const overhead = (await classOf(a, spec))?.overhead;
        if (overhead ? !semanticDeepEqual(overhead.podFixed, spec.overhead) : false) throw forbidden(a, MISMATCH);
        if (!overhead && (spec.overhead || wasGivenEmpty(spec, 'overhead'))) throw forbidden(a, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
      },
    };
  },
} satisfies AdmissionPlugin;

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";

function setOverhead(a: Attributes, spec: core.PodSpec, overhead: DeepReadonly<node.Overhead>): void {
  if (spec.overhead && Object.keys(spec.overhead).length > 0 && !semanticDeepEqual(overhead.podFixed, spec.overhead)) throw forbidden(a, MISMATCH);
  if (overhead.podFixed) spec.overhead = { ...overhead.podFixed } as core.PodSpec['overhead'] & object;
}

function setScheduling(a: Attributes, spec: core.PodSpec, scheduling: DeepReadonly<node.Scheduling>): void {
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value) throw forbidden(a, `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`);
    spec.nodeSelector = { ...spec.nodeSelector, [key]: value };
  }
  const merged = mergeTolerations(spec.tolerations ?? [], scheduling.tolerations ?? []);
  if (merged.length > 0) spec.tolerations = merged;
}
