/** The policies that are bound, with their bindings: compiled when they change, and not before somebody asks. Behaves like upstream apiserver/pkg/admission/plugin/policy/generic/policy_source.go. */
import { ValidatingAdmissionPolicy, ValidatingAdmissionPolicyBinding, type ParamRef } from '../../../apimachinery/types/admissionregistration.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Stores } from '../../../registry/generic/context.ts';
import { constraintsOf, type Constraints } from './matching.ts';
import { compilePolicy, type Policy } from './policy.ts';

export interface Binding {
  readonly name: string;
  readonly policyName: string;
  readonly paramRef: DeepReadonly<ParamRef> | undefined;
  /** Undefined: whatever the policy speaks of. */
  readonly constraints: Constraints | undefined;
  readonly actions: readonly string[];
}

/** A policy with at least one binding. */
export interface PolicyHook {
  readonly policy: Policy;
  readonly bindings: readonly Binding[];
}

export interface PolicySource {
  /** By name. Made anew only after a change. */
  hooks(): readonly PolicyHook[];
}

type Given = DeepReadonly<ValidatingAdmissionPolicy>;

export function policySource(stores: Stores): PolicySource {
  const policies = stores.cached(ValidatingAdmissionPolicy);
  const bindings = stores.cached(ValidatingAdmissionPolicyBinding);
  const compiled = new WeakMap<Given, Policy>();
  let known: readonly PolicyHook[] | undefined;
  policies.onChange(() => (known = undefined));
  bindings.onChange(() => (known = undefined));

  const policyOf = (given: Given): Policy => {
    let found = compiled.get(given);
    if (!found) compiled.set(given, (found = compilePolicy(given)));
    return found;
  };
  const make = (): readonly PolicyHook[] => {
    const byPolicy = new Map<string, Binding[]>();
    for (const binding of bindings.list().map(bindingOf).sort(byName)) byPolicy.set(binding.policyName, [...(byPolicy.get(binding.policyName) ?? []), binding]);
    return [...byPolicy].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([name, bound]) => {
      const given = policies.get({ namespace: '', name });
      return given ? [{ policy: policyOf(given), bindings: bound }] : [];
    });
  };
  return {
    hooks() {
      if (known) return known;
      const hooks = make();
      if (policies.hasSynced() && bindings.hasSynced()) known = hooks;
      return hooks;
    },
  };
}

const byName = (a: Binding, b: Binding): number => (a.name < b.name ? -1 : 1);

function bindingOf({ metadata, spec }: DeepReadonly<ValidatingAdmissionPolicyBinding>): Binding {
  return {
    name: metadata.name ?? '',
    policyName: spec.policyName ?? '',
    paramRef: spec.paramRef,
    constraints: spec.matchResources && constraintsOf(spec.matchResources),
    actions: spec.validationActions ?? [],
  };
}
