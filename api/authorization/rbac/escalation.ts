/** Nobody grants what he does not hold, unless he may `escalate` or `bind`. Behaves like upstream pkg/registry/rbac (escalation_check.go and the policybased storages). */
import { isNotFound, newForbidden, newNotFound } from '../../../apimachinery/errors.ts';
import type * as rbac from '../../../apimachinery/types/rbac.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { UserInfo } from '../../../apimachinery/authorizer.ts';
import { MASTERS } from '../../authentication/interface.ts';
import type { AuthorizationAttributes, Authorizer } from '../interface.ts';
import { errorText } from './authorizer.ts';
import type { RuleResolver } from './rule-resolver.ts';
import { compact, compactString, uncovered, type PolicyRule } from './rules.ts';

const GROUP = 'rbac.authorization.k8s.io';
const EVERYTHING: readonly PolicyRule[] = [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }, { verbs: ['*'], nonResourceURLs: ['*'] }];

export interface EscalationCheck {
  /** Throws Forbidden. `namespace` '' for cluster roles; `name`: of the request, '' when created. */
  role(user: UserInfo, resource: 'roles' | 'clusterroles', requested: { readonly namespace: string; readonly name: string }, role: DeepReadonly<rbac.ClusterRole>, old?: DeepReadonly<rbac.ClusterRole>): Promise<void>;
  /** Throws Forbidden, or NotFound when the role does not exist. `namespace` '' for cluster role bindings. */
  binding(user: UserInfo, resource: 'rolebindings' | 'clusterrolebindings', namespace: string, binding: DeepReadonly<rbac.RoleBinding>): Promise<void>;
}

export function newEscalationCheck(resolver: RuleResolver, authorizer: Authorizer): EscalationCheck {
  const allowed = async (attributes: AuthorizationAttributes): Promise<boolean> => (await authorizer.authorize(attributes)).decision === 'allow';
  return {
    async role(user, resource, { namespace, name }, role, old) {
      if (user.groups.includes(MASTERS) || (await allowed(attributesOf(user, 'escalate', resource, namespace, name)))) return;
      const missing = missingRights(resolver, user, namespace, role.rules ?? []);
      if (missing !== undefined) throw newForbidden({ group: GROUP, resource }, role.metadata.name, missing);
      if (!aggregates(role) && !(old && aggregates(old))) return;
      if (missingRights(resolver, user, namespace, EVERYTHING) !== undefined) throw newForbidden({ group: GROUP, resource }, role.metadata.name, 'must have cluster-admin privileges to use the aggregationRule');
    },
    async binding(user, resource, namespace, binding) {
      if (user.groups.includes(MASTERS)) return;
      const { kind, name } = binding.roleRef;
      const target = kind === 'ClusterRole' ? 'clusterroles' : kind === 'Role' ? 'roles' : undefined;
      if (target && (await allowed({ ...attributesOf(user, 'bind', target, namespace, name), apiGroup: binding.roleRef.apiGroup }))) return;
      const missing = missingRights(resolver, user, namespace, rulesBound(resolver, binding, resource, namespace));
      if (missing !== undefined) throw newForbidden({ group: GROUP, resource }, binding.metadata.name, missing);
    },
  };
}

/** A role that does not exist is told as a binding of its name, as upstream's endpoint does. */
function rulesBound(resolver: RuleResolver, binding: DeepReadonly<rbac.RoleBinding>, resource: string, namespace: string): readonly PolicyRule[] {
  try {
    return resolver.rulesOf(binding.roleRef, namespace);
  } catch (error) {
    throw isNotFound(error) ? newNotFound({ group: GROUP, resource }, binding.roleRef.name) : error;
  }
}

function aggregates(role: DeepReadonly<rbac.ClusterRole>): boolean {
  return (role.aggregationRule?.clusterRoleSelectors ?? []).length > 0;
}

function attributesOf(user: UserInfo, verb: string, resource: string, namespace: string, name: string): AuthorizationAttributes {
  return { user, verb, isResourceRequest: true, namespace, apiGroup: GROUP, apiVersion: '*', resource, subresource: '', name, path: '' };
}

/** Undefined: the user holds them all. */
function missingRights(resolver: RuleResolver, user: UserInfo, namespace: string, rules: readonly PolicyRule[]): string | undefined {
  const { grants, errors } = resolver.rulesFor(user, namespace);
  const missing = uncovered(grants.map((g) => g.rule), rules);
  if (missing.length === 0) return undefined;
  const texts = [...new Set(compact(missing).map(compactString))].sort();
  const groups = user.groups.map((g) => JSON.stringify(g)).join(' ');
  const text = `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${texts.join('\n')}`;
  return errors.length === 0 ? text : `${text}; resolution errors: [${errorText(errors)}]`;
}
