/** RoleBindings. Behaves like upstream pkg/registry/rbac/rolebinding. */
import * as rbac from '../../apimachinery/types/rbac.gen.ts';
import { column, defineResource } from '../generic/define.ts';
import { groups, roleText, serviceAccounts, users } from './cells.ts';
import { validateRoleBinding, validateRoleBindingUpdate } from './validation/binding.ts';
import { validateRBACName } from './validation/role.ts';

export default defineResource<rbac.RoleBinding>(rbac.RoleBinding, {
  columns: [
    column<rbac.RoleBinding>('Role', roleText),
    column<rbac.RoleBinding>('Users', users),
    column<rbac.RoleBinding>('Groups', groups),
    column<rbac.RoleBinding>('ServiceAccounts', serviceAccounts),
  ],
  strategy: {
    allowCreateOnUpdate: true,
    validateName: validateRBACName,
    metadata: { onUpdate: 'placed' },
    validate: validateRoleBinding,
    validateUpdate: validateRoleBindingUpdate,
  },
});
