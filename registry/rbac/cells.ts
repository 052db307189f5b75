/** The columns of bindings. Behaves like upstream pkg/apis/rbac/helpers.go (SubjectsStrings). */
import type { RoleRef, Subject } from '../../apimachinery/types/rbac.gen.ts';

interface Binding {
  readonly roleRef: Readonly<RoleRef>;
  readonly subjects?: readonly Readonly<Subject>[];
}

const named =
  (kind: string) =>
  (b: Binding): string =>
    (b.subjects ?? [])
      .filter((s) => s.kind === kind)
      .map((s) => (kind === 'ServiceAccount' ? `${s.namespace ?? ''}/${s.name}` : s.name))
      .join(', ');

export const roleText = (b: Binding): string => `${b.roleRef.kind}/${b.roleRef.name}`;
export const users = named('User');
export const groups = named('Group');
export const serviceAccounts = named('ServiceAccount');
