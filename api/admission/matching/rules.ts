/** Whether a rule of a webhook or a policy speaks of a request. Asked by ../webhook and ../policy. Behaves like upstream apiserver/pkg/admission/plugin/webhook/predicates/rules and plugin/policy/matching. */
import type { GroupVersionKind, GroupVersionResource } from '../../../apimachinery/meta.ts';
import type { NamedRuleWithOperations } from '../../../apimachinery/types/admissionregistration.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { Operation } from '../interface.ts';
import type { ObjectVersions } from '../object-versions.ts';
import type { Invocation } from './versions.ts';

export interface Asked {
  readonly operation: Operation;
  readonly resource: GroupVersionResource;
  readonly subresource: string;
  /** Of a namespace: its own name. */
  readonly namespace: string;
  readonly name: string;
}

export type Rule = DeepReadonly<NamedRuleWithOperations>;

/** The request as the first rule that speaks of it sees it: as it came, else (`equivalents`) under another name of the same thing. */
export function invocationBy(rules: readonly Rule[], a: Asked & { readonly kind: GroupVersionKind }, equivalents: ObjectVersions | undefined): Invocation | undefined {
  if (rules.some((rule) => ruleMatches(rule, a))) return { resource: a.resource, kind: a.kind };
  const { operation, subresource, namespace, name } = a;
  const others = rules.length === 0 ? [] : (equivalents?.equivalents(a.resource, subresource) ?? []);
  for (const rule of others.length === 0 ? [] : rules) {
    const found = others.find(({ resource }) => ruleMatches(rule, { operation, subresource, namespace, name, resource }));
    if (found) return found;
  }
  return undefined;
}

export function ruleMatches(rule: Rule, a: Asked): boolean {
  return speaksOf(rule, a) && (!rule.resourceNames || rule.resourceNames.length === 0 || rule.resourceNames.includes(a.name));
}

function speaksOf(rule: Rule, a: Asked): boolean {
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
