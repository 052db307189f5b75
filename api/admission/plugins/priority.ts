/** Turns a pod's priority class into its priority, and keeps one default class. Behaves like upstream plugin/pkg/admission/priority. */
import type * as core from '../../../apimachinery/types/core.gen.ts';
import * as scheduling from '../../../apimachinery/types/scheduling.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { CachedReader } from '../../../registry/generic/context.ts';
import { forbidden } from '../forbidden.ts';
import type { AdmissionPlugin, Attributes, Target } from '../interface.ts';
import { isPodItself } from '../pods.ts';

type Class = DeepReadonly<scheduling.PriorityClass>;

export default {
  name: 'Priority',
  handles: (operation) => operation === 'CREATE' || operation === 'UPDATE',
  concerns: (target) => isPodItself(target) || isClass(target),
  init({ stores }) {
    const classes = new Classes(stores.cached(scheduling.PriorityClass));
    return {
      admit(a) {
        if (!a.object || isClass(a)) return;
        const { spec } = a.object as unknown as core.Pod;
        if (a.operation === 'CREATE') setPriority(a, spec, classes);
        else keepPriority(spec, (a.oldObject as unknown as DeepReadonly<core.Pod>).spec);
      },
      validate(a) {
        if (!isClass(a)) return;
        const wanted = a.object as unknown as Class;
        const standing = wanted.globalDefault ? classes.standard : undefined;
        if (standing && (a.operation === 'CREATE' || standing.metadata.name !== wanted.metadata.name)) {
          throw forbidden(a, `PriorityClass ${standing.metadata.name} is already marked as default. Only one default can exist`);
        }
      },
    };
  },
} satisfies AdmissionPlugin;

function isClass({ resource, subresource }: Target): boolean {
  return resource.group === 'scheduling.k8s.io' && resource.resource === 'priorityclasses' && subresource === '';
}

class Classes {
  readonly #cached: CachedReader<scheduling.PriorityClass>;
  /** Looked for once between two changes. */
  #standard: Class | 'none' | undefined;

  constructor(cached: CachedReader<scheduling.PriorityClass>) {
    this.#cached = cached;
    cached.onChange(() => (this.#standard = undefined));
  }

  named(name: string): Class | undefined {
    return this.#cached.get({ namespace: '', name });
  }

  /** The global default. Of several, after a race, the one with the lowest value. */
  get standard(): Class | undefined {
    this.#standard ??= this.#find() ?? 'none';
    return this.#standard === 'none' ? undefined : this.#standard;
  }

  #find(): Class | undefined {
    let lowest: Class | undefined;
    for (const one of this.#cached.list()) if (one.globalDefault && (!lowest || lowest.value > one.value)) lowest = one;
    return lowest;
  }
}

function keepPriority(spec: core.PodSpec, old: DeepReadonly<core.PodSpec>): void {
  if (spec.priority === undefined && old.priority !== undefined) spec.priority = old.priority;
  if (spec.preemptionPolicy === undefined && old.preemptionPolicy !== undefined) spec.preemptionPolicy = old.preemptionPolicy;
}

function setPriority(a: Attributes, spec: core.PodSpec, classes: Classes): void {
  const named = spec.priorityClassName ? classes.named(spec.priorityClassName) : undefined;
  if (spec.priorityClassName && !named) throw forbidden(a, `no PriorityClass with name ${spec.priorityClassName} was found`);
  const chosen = named ?? classes.standard;
  if (!named && chosen) spec.priorityClassName = chosen.metadata.name;
  const priority = chosen?.value ?? 0;
  const policy = chosen ? chosen.preemptionPolicy : 'PreemptLowerPriority';
  if (spec.priority !== undefined && spec.priority !== null && spec.priority !== priority) {
    throw forbidden(a, `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`);
  }
  spec.priority = priority;
  if (policy === undefined) return;
  if (spec.preemptionPolicy && spec.preemptionPolicy !== policy) {
    throw forbidden(a, `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${policy} from the given PriorityClass name`);
  }
  spec.preemptionPolicy = policy;
}
