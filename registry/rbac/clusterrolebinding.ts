/** ClusterRoleBindings. Behaves like upstream pkg/registry/rbac/clusterrolebinding. */
import * as rbac from '../../apimachinery/types/rbac.gen.ts';
import { column, defineResource } from '../generic/define.ts';
import { groups, roleText, serviceAccounts, users } from './cells.ts';
import { validateClusterRoleBinding, validateClusterRoleBindingUpdate } from './validation/binding.ts';
import { validateRBACName } from './validation/role.ts';

export default defineResource<rbac.ClusterRoleBinding>(rbac.ClusterRoleBinding, {
  columns: [
    column<rbac.ClusterRoleBinding>('Role', roleText),
    column<rbac.ClusterRoleBinding>('Users', users),
    column<rbac.ClusterRoleBinding>('Groups', groups),
    column<rbac.ClusterRoleBinding>('ServiceAccounts', serviceAccounts),
  ],
  strategy: {
    allowCreateOnUpdate: true,
    validateName: validateRBACName,
    metadata: { onUpdate: 'placed' },
    validate: validateClusterRoleBinding,
    validateUpdate: validateClusterRoleBindingUpdate,
  },
});
