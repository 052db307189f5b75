/** Policies, written as expressions, may refuse what is written. Behaves like upstream apiserver/pkg/admission/plugin/policy/validating with pkg/kubeapiserver/admission/exclusion. */
import { groupResourceText } from '../../../apimachinery/meta.ts';
import type { AdmissionPlugin } from '../interface.ts';
import { ConditionMetrics } from '../match-conditions.ts';
import { dispatch } from '../policy/dispatch.ts';
import { PolicyMetrics } from '../policy/metrics.ts';
import { policySource } from '../policy/source.ts';

/** What could not be repaired if policies refused it, and questions without which nothing works. */
const EXCLUDED: ReadonlySet<string> = new Set([
  ...['validatingadmissionpolicies', 'validatingadmissionpolicybindings', 'mutatingadmissionpolicies', 'mutatingadmissionpolicybindings'].map((name) => `${name}.admissionregistration.k8s.io`),
  ...['selfsubjectreviews', 'tokenreviews'].map((name) => `${name}.authentication.k8s.io`),
  ...['localsubjectaccessreviews', 'selfsubjectaccessreviews', 'selfsubjectrulesreviews', 'subjectaccessreviews'].map((name) => `${name}.authorization.k8s.io`),
]);

export default {
  name: 'ValidatingAdmissionPolicy',
  handles: () => true,
  init(deps) {
    const source = policySource(deps.stores);
    const { stores, resources, versions, authorizer } = deps;
    const dispatching = { stores, resources, versions, authorizer, metrics: new PolicyMetrics(deps.metrics), conditions: ConditionMetrics.of(deps) };
    return {
      validate(a) {
        const hooks = source.hooks();
        if (hooks.length === 0 || EXCLUDED.has(groupResourceText(a.resource))) return undefined;
        return dispatch(hooks, a, dispatching);
      },
    };
  },
} satisfies AdmissionPlugin;
