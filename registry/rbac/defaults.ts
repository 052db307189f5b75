/** Defaults of RBAC. Behaves like upstream pkg/apis/rbac/v1/defaults.go. */
import * as rbac from '../../apimachinery/types/rbac.gen.ts';
import { defineDefaults } from '../generic/define.ts';

const GROUP = 'rbac.authorization.k8s.io';

function defaultRoleRef({ roleRef }: { roleRef: rbac.RoleRef }): void {
  roleRef.apiGroup ||= GROUP;
}

export default [
  defineDefaults(rbac.ClusterRoleBinding, defaultRoleRef),
  defineDefaults(rbac.RoleBinding, defaultRoleRef),
  defineDefaults(rbac.Subject, (subject) => {
    if (subject.kind === 'User' || subject.kind === 'Group') subject.apiGroup ||= GROUP;
  }),
];
