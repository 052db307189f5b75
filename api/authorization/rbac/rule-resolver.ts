/** Which rules hold for a user, from the bindings and roles in the store. Behaves like upstream pkg/registry/rbac/validation/rule.go. */
import { newNotFound } from '../../../apimachinery/errors.ts';
import * as rbac from '../../../apimachinery/types/rbac.gen.ts';
import type { DeepReadonly } from '../../../apimachinery/types/type.ts';
import type { UserInfo } from '../../../apimachinery/authorizer.ts';
import type { CachedReader, Stores } from '../../../registry/generic/context.ts';
import { serviceAccountUserName } from '../../authentication/service-account-names.ts';
import type { PolicyRule } from './rules.ts';

const GROUP = 'rbac.authorization.k8s.io';

type Subject = DeepReadonly<rbac.Subject>;
type RoleRef = DeepReadonly<rbac.RoleRef>;
interface Binding {
  readonly text: string;
  readonly namespace: string;
  readonly roleRef: RoleRef;
}

/** Rules with the binding they come from. */
export interface Grant {
  readonly rule: PolicyRule;
  readonly source: string;
}
export interface Grants {
  readonly grants: readonly Grant[];
  /** Roles that bindings name and that do not exist. */
  readonly errors: readonly Error[];
}

export interface RuleResolver {
  /** Of the namespace and the whole cluster. */
  rulesFor(user: UserInfo, namespace: string): Grants;
  /** Throws NotFound when the role does not exist. */
  rulesOf(roleRef: RoleRef, namespace: string): readonly PolicyRule[];
}

/** Namespace ('' for the whole cluster) → subject → bindings. */
type Index = ReadonlyMap<string, ReadonlyMap<string, readonly Binding[]>>;

/** Indexes bindings by subject and remembers what was found for a user until a binding or role changes. */
export function newRuleResolver(stores: Stores): RuleResolver {
  const readers = {
    clusterRoles: stores.cached(rbac.ClusterRole),
    roles: stores.cached(rbac.Role),
    clusterRoleBindings: stores.cached(rbac.ClusterRoleBinding),
    roleBindings: stores.cached(rbac.RoleBinding),
  };
  let index: Index | undefined;
  let known = new WeakMap<UserInfo, Map<string, Grants>>();
  const forget = (): void => {
    index = undefined;
    known = new WeakMap();
  };
  for (const reader of Object.values(readers)) (reader as CachedReader<rbac.ClusterRole>).onChange(forget);
  const rulesOf = (roleRef: RoleRef, namespace: string): readonly PolicyRule[] => roleRules(readers, roleRef, namespace);
  return {
    rulesOf,
    rulesFor(user, namespace) {
      let byNamespace = known.get(user);
      if (!byNamespace) known.set(user, (byNamespace = new Map()));
      let grants = byNamespace.get(namespace);
      if (!grants) {
        index ??= indexOf(readers.clusterRoleBindings.list(), readers.roleBindings.list());
        byNamespace.set(namespace, (grants = grantsOf(index, user, namespace, rulesOf)));
      }
      return grants;
    },
  };
}

interface Readers {
  readonly clusterRoles: CachedReader<rbac.ClusterRole>;
  readonly roles: CachedReader<rbac.Role>;
}

function roleRules({ clusterRoles, roles }: Readers, { kind, name }: RoleRef, namespace: string): readonly PolicyRule[] {
  if (kind === 'ClusterRole') {
    const role = clusterRoles.get({ namespace: '', name });
    if (!role) throw newNotFound({ group: GROUP, resource: 'clusterrole' }, name);
    return role.rules ?? [];
  }
  if (kind !== 'Role') throw new Error(`unsupported role reference kind: ${JSON.stringify(kind)}`);
  const role = roles.get({ namespace, name });
  if (!role) throw newNotFound({ group: GROUP, resource: 'role' }, name);
  return role.rules ?? [];
}

function indexOf(clusterRoleBindings: readonly DeepReadonly<rbac.ClusterRoleBinding>[], roleBindings: readonly DeepReadonly<rbac.RoleBinding>[]): Index {
  const index = new Map<string, Map<string, Binding[]>>();
  const add = (namespace: string, subject: Subject, binding: Binding): void => {
    const id = subjectId(subject, namespace);
    if (id === undefined) return;
    const ofNamespace = index.get(namespace) ?? new Map<string, Binding[]>();
    index.set(namespace, ofNamespace);
    const list = ofNamespace.get(id);
    if (list) list.push(binding);
    else ofNamespace.set(id, [binding]);
  };
  for (const b of clusterRoleBindings) {
    for (const s of b.subjects ?? []) add('', s, { text: `ClusterRoleBinding ${q(b.metadata.name)} of ${b.roleRef.kind} ${q(b.roleRef.name)} to ${subjectText(s, '')}`, namespace: '', roleRef: b.roleRef });
  }
  for (const b of roleBindings) {
    const namespace = b.metadata.namespace ?? '';
    for (const s of b.subjects ?? []) add(namespace, s, { text: `RoleBinding ${q(`${b.metadata.name}/${namespace}`)} of ${b.roleRef.kind} ${q(b.roleRef.name)} to ${subjectText(s, namespace)}`, namespace, roleRef: b.roleRef });
  }
  return index;
}

const q = (text: string): string => JSON.stringify(text);

function subjectText(s: Subject, bindingNamespace: string): string {
  return s.kind === 'ServiceAccount' ? `${s.kind} ${q(`${s.name}/${s.namespace ? s.namespace : bindingNamespace}`)}` : `${s.kind} ${q(s.name)}`;
}

/** Users and service accounts by user name, groups apart. */
function subjectId(s: Subject, namespace: string): string | undefined {
  if (s.kind === 'User') return `u ${s.name}`;
  if (s.kind === 'Group') return `g ${s.name}`;
  const where = s.namespace ? s.namespace : namespace;
  return s.kind === 'ServiceAccount' && where !== '' ? `u ${serviceAccountUserName({ namespace: where, name: s.name })}` : undefined;
}

function grantsOf(index: Index, user: UserInfo, namespace: string, rulesOf: RuleResolver['rulesOf']): Grants {
  const ids = [`u ${user.name}`, ...user.groups.map((g) => `g ${g}`)];
  const grants: Grant[] = [];
  const errors: Error[] = [];
  for (const scope of namespace === '' ? [''] : ['', namespace]) {
    const bindings = new Set(ids.flatMap((id) => index.get(scope)?.get(id) ?? []));
    for (const binding of bindings) {
      try {
        for (const rule of rulesOf(binding.roleRef, binding.namespace)) grants.push({ rule, source: binding.text });
      } catch (error) {
        errors.push(error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
  return { grants, errors };
}
