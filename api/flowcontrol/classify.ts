/** Which flow schema a request belongs to. Behaves like upstream apiserver/pkg/util/flowcontrol/rule.go. */
import type * as flowcontrol from '../../apimachinery/types/flowcontrol.gen.ts';
import { FlowSchema, PriorityLevelConfiguration } from '../../apimachinery/types/flowcontrol.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { RequestInfo, Stores, UserInfo } from '../../registry/generic/context.ts';
import { serviceAccountUserName } from '../authentication/service-account-names.ts';

export interface Flow {
  readonly flowSchemaUID: string;
  readonly priorityLevelUID: string;
}

/** Undefined before the flow schemas exist. */
export type Classify = (user: UserInfo, info: RequestInfo) => Flow | undefined;

type Schema = DeepReadonly<flowcontrol.FlowSchema>;
type Rules = DeepReadonly<flowcontrol.PolicyRulesWithSubjects>;

/** Follows the flow schemas and priority levels in the store. */
export function newClassifier(stores: Stores): Classify {
  const schemas = stores.cached(FlowSchema);
  const levels = stores.cached(PriorityLevelConfiguration);
  let ordered: readonly Schema[] | undefined;
  schemas.onChange(() => (ordered = undefined));
  return (user, info) => {
    ordered ??= schemas.hasSynced() ? [...schemas.list()].sort(byPrecedence) : [];
    const schema = ordered.find((s) => (s.spec?.rules ?? []).some((rules) => matches(rules, user, info)));
    if (!schema) return undefined;
    const level = levels.get({ namespace: '', name: schema.spec?.priorityLevelConfiguration?.name ?? '' });
    return { flowSchemaUID: schema.metadata.uid ?? '', priorityLevelUID: level?.metadata.uid ?? '' };
  };
}

function byPrecedence(a: Schema, b: Schema): number {
  return (a.spec?.matchingPrecedence ?? 0) - (b.spec?.matchingPrecedence ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

function matches(rules: Rules, user: UserInfo, info: RequestInfo): boolean {
  if (!(rules.subjects ?? []).some((s) => isSubject(s, user))) return false;
  if (!info.isResourceRequest) return (rules.nonResourceRules ?? []).some((r) => has(r.verbs, info.verb) && (r.nonResourceURLs ?? []).some((url) => matchesPath(url, info.path)));
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  return (rules.resourceRules ?? []).some((r) => has(r.verbs, info.verb) && has(r.resources, resource) && has(r.apiGroups, info.apiGroup) && inScope(r, info.namespace));
}

function has(list: readonly string[] | null | undefined, value: string): boolean {
  return list !== null && list !== undefined && (list.includes('*') || list.includes(value));
}

function inScope(rule: DeepReadonly<flowcontrol.ResourcePolicyRule>, namespace: string): boolean {
  return namespace === '' ? rule.clusterScope === true : has(rule.namespaces, namespace);
}

function matchesPath(pattern: string, path: string): boolean {
  return pattern === path || pattern === '*' || (pattern.endsWith('*') && path.startsWith(pattern.replace(/\*+$/, '')));
}

function isSubject(subject: DeepReadonly<flowcontrol.Subject>, user: UserInfo): boolean {
  if (subject.kind === 'User') return subject.user?.name === '*' || subject.user?.name === user.name;
  if (subject.kind === 'Group') return subject.group?.name === '*' || user.groups.includes(subject.group?.name ?? '');
  const account = subject.serviceAccount;
  if (subject.kind !== 'ServiceAccount' || !account) return false;
  if (account.name === '*') return user.name.startsWith(serviceAccountUserName({ namespace: account.namespace ?? '', name: '' }));
  return user.name === serviceAccountUserName({ namespace: account.namespace ?? '', name: account.name ?? '' });
}
