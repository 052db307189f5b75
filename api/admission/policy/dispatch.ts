/** Asks the policies that are bound about a request; the first denial counts. Behaves like upstream apiserver/pkg/admission/plugin/policy/validating/dispatcher.go. */
import type { Namespace } from '../../../apimachinery/types/core.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import { Answers } from '../cel/answers.ts';
import type { AdmissionDeps, Attributes } from '../interface.ts';
import type { ConditionMetrics } from '../match-conditions.ts';
import { namespaceNamed } from '../matching/selectors.ts';
import { versionedObjects, type Invocation, type VersionedObjects } from '../matching/versions.ts';
import { auditFailure, AuditAnnotations } from './audit.ts';
import { decide, type Decision, type Verdict } from './decide.ts';
import { denialStatus, type Denial } from './denial.ts';
import { match } from './matching.ts';
import type { PolicyMetrics } from './metrics.ts';
import { collectParams, paramResource, type Param } from './params.ts';
import type { Policy } from './policy.ts';
import type { Binding, PolicyHook } from './source.ts';

export interface DispatchDeps extends Pick<AdmissionDeps, 'stores' | 'resources' | 'versions' | 'authorizer'> {
  readonly metrics: PolicyMetrics;
  readonly conditions: ConditionMetrics;
}

/** Throws the refusal. */
export async function dispatch(hooks: readonly PolicyHook[], a: Attributes, deps: DispatchDeps): Promise<void> {
  const dispatcher = new Dispatch(a, deps);
  for (const hook of hooks) await dispatcher.ask(hook);
  const [first] = dispatcher.denials;
  if (first) throw denialStatus(a, first);
}

class Dispatch {
  readonly denials: Denial[] = [];
  readonly #attributes: Attributes;
  readonly #deps: DispatchDeps;
  readonly #answers: Answers;
  readonly #inVersion: (kind: Invocation['kind']) => Promise<VersionedObjects>;

  constructor(attributes: Attributes, deps: DispatchDeps) {
    this.#attributes = attributes;
    this.#deps = deps;
    this.#answers = new Answers(deps.authorizer);
    this.#inVersion = versionedObjects(attributes, deps.versions);
  }

  async ask({ policy, bindings }: PolicyHook): Promise<void> {
    const found = await this.#configured(policy, undefined, async () => {
      const invocation = await match(policy.constraints, this.#attributes, this.#deps);
      return invocation && { invocation, served: policy.paramKind && paramResource(policy.paramKind, this.#deps) };
    });
    if (!found) return;
    const annotations = new AuditAnnotations();
    for (const binding of bindings) {
      const params = await this.#configured(policy, binding, async () => ((await this.#isBound(binding)) ? collectParams(found.served, binding.paramRef, this.#attributes, this.#deps) : []));
      if (params && params.length > 0) await this.#evaluate(policy, binding, found.invocation, params, annotations);
    }
    annotations.publish(policy.name, this.#attributes);
  }

  async #isBound({ constraints }: Binding): Promise<boolean> {
    return !constraints || (await match(constraints, this.#attributes, this.#deps)) !== undefined;
  }

  async #evaluate(policy: Policy, binding: Binding, invocation: Invocation, params: readonly Param[], annotations: AuditAnnotations): Promise<void> {
    const objects = await this.#configured(policy, binding, () => this.#versioned(invocation));
    if (!objects) return;
    const observer = this.#deps.conditions.of(policy.name, 'policy', 'validate', this.#attributes.operation);
    const namespace = await this.#namespace();
    const verdicts: Verdict[] = [];
    for (const param of params) verdicts.push(await decide(policy, { attributes: this.#attributes, ...invocation, ...objects, params: param, namespace }, this.#answers, observer));
    for (const verdict of verdicts) this.#enforce(policy, binding, verdict, annotations);
  }

  async #versioned({ kind }: Invocation): Promise<VersionedObjects> {
    try {
      return await this.#inVersion(kind);
    } catch (error) {
      throw new Error(`failed to convert object version: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  /** Undefined for what is in none, and for namespaces themselves. */
  async #namespace(): Promise<DeepReadonly<Namespace> | undefined> {
    const { kind, namespace } = this.#attributes;
    const isNamespace = kind.group === '' && kind.version === 'v1' && kind.kind === 'Namespace';
    return namespace === '' || isNamespace ? undefined : namespaceNamed(namespace, this.#deps.stores);
  }

  /** Undefined: that failed, which is a denial unless the policy ignores failures. */
  async #configured<T>(policy: Policy, binding: Binding | undefined, step: () => Promise<T>): Promise<T | undefined> {
    try {
      return await step();
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      if (!policy.ignoresFailures) this.denials.push({ policy: policy.name, ...(binding && { binding: binding.name }), message: `failed to configure ${binding ? 'binding' : 'policy'}: ${why}` });
      return undefined;
    }
  }

  #enforce(policy: Policy, binding: Binding, { decisions, auditAnnotations }: Verdict, annotations: AuditAnnotations): void {
    const { metrics } = this.#deps;
    for (const [i, decision] of decisions.entries()) {
      if (decision.isDenied) for (const action of binding.actions) this.#act(action, policy, binding, decision, i);
      else if (decision.evaluation === 'error') metrics.checked(policy.name, binding.name, decision, 'allow');
    }
    for (const { key, value, error, elapsed } of auditAnnotations) {
      if (value !== undefined) annotations.add(key, value);
      if (error === undefined) continue;
      this.denials.push({ policy: policy.name, binding: binding.name, message: error });
      metrics.checked(policy.name, binding.name, { evaluation: 'error', message: error, elapsed }, 'deny');
    }
  }

  #act(action: string, policy: Policy, binding: Binding, decision: Decision, index: number): void {
    const { metrics } = this.#deps;
    const { message, reason } = decision;
    if (action === 'Deny') {
      this.denials.push({ policy: policy.name, binding: binding.name, message, ...(reason && { reason }) });
      metrics.checked(policy.name, binding.name, decision, 'deny');
    } else if (action === 'Audit') {
      auditFailure(this.#attributes, binding, index, message);
      metrics.checked(policy.name, binding.name, decision, 'audit');
    } else if (action === 'Warn') {
      this.#attributes.ctx.warnings.add(`Validation failed for ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}': ${message}`);
      metrics.checked(policy.name, binding.name, decision, 'warn');
    }
  }
}
