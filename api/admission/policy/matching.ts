/** Whether the constraints of a policy, or those of a binding, speak of a request. Behaves like upstream apiserver/pkg/admission/plugin/policy/matching. */
import type { LabelSelector } from '../../../apimachinery/labels/selector.ts';
import type { MatchResources } from '../../../apimachinery/types/admissionregistration.gen.ts';
import type { Obj } from '../../../apimachinery/meta.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { AdmissionDeps, Attributes } from '../interface.ts';
import { invocationBy, type Rule } from '../matching/rules.ts';
import { namespaceSelected, objectSelected, selectorOf } from '../matching/selectors.ts';
import type { Invocation } from '../matching/versions.ts';

export interface Constraints {
  /** An Error: of a selector that cannot be read. */
  readonly namespaceSelector: LabelSelector | Error;
  readonly objectSelector: LabelSelector | Error;
  /** None: everything that is not excluded. */
  readonly rules: readonly Rule[];
  readonly excluded: readonly Rule[];
  readonly matchesEquivalents: boolean;
}

export function constraintsOf(resources: DeepReadonly<MatchResources>): Constraints {
  return {
    namespaceSelector: selectorOf(resources.namespaceSelector),
    objectSelector: selectorOf(resources.objectSelector),
    rules: resources.resourceRules ?? [],
    excluded: resources.excludeResourceRules ?? [],
    matchesEquivalents: resources.matchPolicy === 'Equivalent',
  };
}

/** Undefined: they do not. Throws a StatusError when that cannot be told. */
export async function match(constraints: Constraints, a: Attributes, { stores, versions }: Pick<AdmissionDeps, 'stores' | 'versions'>): Promise<Invocation | undefined> {
  const inNamespace = await namespaceSelected(constraints.namespaceSelector, a, stores);
  if (inNamespace === false) return undefined;
  const isObject = objectSelected(constraints.objectSelector, a.object as DeepReadonly<Obj> | undefined, a.oldObject);
  if (isObject === false) return undefined;
  const equivalents = constraints.matchesEquivalents ? versions : undefined;
  if (invocationBy(constraints.excluded, a, equivalents)) return undefined;
  const invocation = constraints.rules.length === 0 ? { resource: a.resource, kind: a.kind } : invocationBy(constraints.rules, a, equivalents);
  if (!invocation) return undefined;
  if (inNamespace instanceof Error) throw inNamespace;
  if (isObject instanceof Error) throw isObject;
  return invocation;
}
