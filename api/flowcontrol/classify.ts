/** Which flow schema a request belongs to. Behaves like upstream apiserver/pkg/util/flowcontrol/rule.go. */
import type * as flowcontrol from '../../apimachinery/types/flowcontrol.gen.ts';
import { FlowSchema, PriorityLevelConfiguration } from '../../apimachinery/types/flowcontrol.gen.ts';
import type { DeepReadonly } from '../../apimachinery/types/type.ts';
import type { UserInfo } from '../../apimachinery/authorizer.ts';
import type { RequestInfo, Stores } from '../../registry/generic/context.ts';
import { serviceAccountUserName } from '../authentication/service-account-names.ts';

export interface Flow {
  readonly flowSchemaUID: string;
  readonly priorityLevelUID: string;
}

/** Undefined before the flow schemas exist. */
export type Classify = (user: UserInfo, info: RequestInfo) => Flow | undefined;

type Schema = DeepReadonly<flowcontrol.FlowSchema>;
type Rules = DeepReadonly<flowcontrol.PolicyRulesWithSubjects>;

/** What a flow schema says of one user. */
interface Candidate {
  readonly flow: Flow;
  readonly rules: readonly Rules[];
}

/** Follows the flow schemas and priority levels in the store; what concerns a user is looked up once between two changes. */
export function newClassifier(stores: Stores): Classify {
  const schemas = stores.cached(FlowSchema);
  const levels = stores.cached(PriorityLevelConfiguration);
  let candidates = new WeakMap<UserInfo, readonly Candidate[]>();
  let ordered: readonly Schema[] | undefined;
  const forget = (): void => {
    ordered = undefined;
    candidates = new WeakMap();
  };
  schemas.onChange(forget);
  levels.onChange(forget);
  const flowOf = ({ metadata, spec }: Schema): Flow => {
    const level = levels.get({ namespace: '', name: spec?.priorityLevelConfiguration?.name ?? '' });
    return { flowSchemaUID: metadata.uid ?? '', priorityLevelUID: level?.metadata.uid ?? '' };
  };
  const candidatesOf = (user: UserInfo): readonly Candidate[] => {
    if (!schemas.hasSynced() || !levels.hasSynced()) return [];
    ordered ??= [...schemas.list()].sort(byPrecedence);
    const found = ordered.map((schema) => ({ flow: flowOf(schema), rules: (schema.spec?.rules ?? []).filter((rules) => (rules.subjects ?? []).some((s) => isSubject(s, user))) }));
    const relevant = found.filter(({ rules }) => rules.length > 0);
    candidates.set(user, relevant);
    return relevant;
  };
  return (user, info) => {
    for (const { flow, rules } of candidates.get(user) ?? candidatesOf(user)) if (matchesAny(rules, info)) return flow;
    return undefined;
  };
}

function byPrecedence(a: Schema, b: Schema): number {
  return (a.spec?.matchingPrecedence ?? 0) - (b.spec?.matchingPrecedence ?? 0) || (a.metadata.name < b.metadata.name ? -1 : 1);
}

function matchesAny(all: readonly Rules[], info: RequestInfo): boolean {
  for (const rules of all) if (info.isResourceRequest ? matchesResource(rules, info) : matchesURL(rules, info)) return true;
  return false;
}

function matchesURL({ nonResourceRules }: Rules, info: RequestInfo): boolean {
  return (nonResourceRules ?? []).some((r) => has(r.verbs, info.verb) && (r.nonResourceURLs ?? []).some((url) => matchesPath(url, info.path)));
}

function matchesResource({ resourceRules }: Rules, { verb, resource, subresource, apiGroup, namespace }: RequestInfo): boolean {
  for (const r of resourceRules ?? []) {
    if (has(r.verbs, verb) && has(r.apiGroups, apiGroup) && has(r.resources, subresource === '' ? resource : `${resource}/${subresource}`) && inScope(r, namespace)) return true;
  }
  return false;
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
