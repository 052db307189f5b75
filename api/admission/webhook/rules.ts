/** Whether a webhook's rule speaks of a request. Pure. Behaves like upstream apiserver/pkg/admission/plugin/webhook/predicates/rules. */
import type { GroupVersionKind, GroupVersionResource } from '../../../apimachinery/meta.ts';
import type { RuleWithOperations } from '../../../apimachinery/types/admissionregistration.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Operation } from '../interface.ts';

export interface Asked {
  readonly operation: Operation;
  readonly resource: GroupVersionResource;
  readonly subresource: string;
  /** Of a namespace: its own name. */
  readonly namespace: string;
}

export function ruleMatches(rule: DeepReadonly<RuleWithOperations>, a: Asked): boolean {
  return inScope(rule.scope ?? '*', a) && includes(rule.operations, a.operation) && includes(rule.apiGroups, a.resource.group) && includes(rule.apiVersions, a.resource.version) && namesResource(rule.resources ?? [], a);
}

function includes(items: readonly string[] | null | undefined, wanted: string): boolean {
  return (items ?? []).some((item) => item === '*' || item === wanted);
}

function inScope(scope: string, { resource, namespace }: Asked): boolean {
  if (scope === '*') return true;
  const isNamespaces = resource.group === '' && resource.version === 'v1' && resource.resource === 'namespaces';
  const isNamespaced = !isNamespaces && namespace !== '';
  return scope === 'Namespaced' ? isNamespaced : scope === 'Cluster' && !isNamespaced;
}

function namesResource(resources: readonly string[], { resource, subresource }: Asked): boolean {
  return resources.some((text) => {
    const slash = text.indexOf('/');
    const [name, sub] = slash < 0 ? [text, ''] : [text.slice(0, slash), text.slice(slash + 1)];
    return (name === '*' || name === resource.resource) && (sub === '*' || sub === subresource);
  });
}

const EXEMPT = new Set(['ValidatingWebhookConfiguration', 'MutatingWebhookConfiguration', 'ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding', 'MutatingAdmissionPolicy', 'MutatingAdmissionPolicyBinding']);

/** No webhook is asked about what configures webhooks and policies: it could not be repaired. */
export function isExempt({ group, kind }: GroupVersionKind): boolean {
  return group === 'admissionregistration.k8s.io' && EXEMPT.has(kind);
}
