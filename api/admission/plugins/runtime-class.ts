/** A pod's runtime class gives it overhead, node selector and tolerations. Behaves like upstream plugin/pkg/admission/runtimeclass. */
import { semanticDeepEqual } from '../../../apimachinery/equality.ts';
import type * as core from '../../../apimachinery/types/core.gen.ts';
import * as node from '../../../apimachinery/types/node.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { wasGivenEmpty } from '../../../apimachinery/schema/emptied.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin, Attributes } from '../interface.ts';
import { isPodItself } from '../pods.ts';
import { checkResourceName } from '../resource-name.ts';
import { mergeTolerations } from '../tolerations.ts';

type RuntimeClass = DeepReadonly<node.RuntimeClass>;

export default {
  name: 'RuntimeClass',
  handles: (operation) => operation === 'CREATE',
  concerns: isPodItself,
  init({ stores }) {
    const cached = stores.cached(node.RuntimeClass);
    const classOf = async (a: Attributes, name: string): Promise<RuntimeClass> => {
      const key = { namespace: '', name };
      const known = cached.get(key);
      if (known) return known;
      checkResourceName(name);
      const found = await stores.of(node.RuntimeClass).get(key);
      if (!found) throw forbidden(a, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
      return found;
    };
    return {
      admit(a) {
        if (!a.object) return;
        const { spec } = a.object as unknown as core.Pod;
        const name = spec.runtimeClassName;
        if (name !== undefined && name !== null) return classOf(a, name).then((runtimeClass) => complete(a, spec, runtimeClass));
      },
      validate(a) {
        if (!a.object) return;
        const { spec } = a.object as unknown as DeepReadonly<core.Pod>;
        const name = spec.runtimeClassName;
        if (name === undefined || name === null) return checkOverhead(a, spec, undefined);
        return classOf(a, name).then(({ overhead }) => checkOverhead(a, spec, overhead));
      },
    };
  },
} satisfies AdmissionPlugin;

function complete(a: Attributes, spec: core.PodSpec, { overhead, scheduling }: RuntimeClass): void {
  if (overhead) setOverhead(a, spec, overhead);
  if (scheduling) setScheduling(a, spec, scheduling);
}

function checkOverhead(a: Attributes, spec: DeepReadonly<core.PodSpec>, overhead: DeepReadonly<node.Overhead> | undefined): void {
  if (overhead && !semanticDeepEqual(overhead.podFixed, spec.overhead)) throw forbidden(a, MISMATCH);
  if (!overhead && (spec.overhead || wasGivenEmpty(spec, 'overhead'))) throw forbidden(a, 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead');
}

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
